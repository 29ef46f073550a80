"""Pictures with truth of every kind, for round trips."""

from hypothesis import strategies as st

from data.annotations.labelling import LabelledFile
from data.truth import LabelOrigin, Pose, ScanDefect, Truth, TruthObject

HOW = ("drawn", "confirmed", "dismissed", "search", "prediction")

_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_some_text = st.one_of(st.none(), _texts)
_figures = st.one_of(st.none(), st.floats(-1e6, 1e6))
_shares = st.one_of(st.none(), st.floats(0, 1))
_labels = st.one_of(
    st.sampled_from(["firearm", "toy gun", 'a "b" <c> & ü']),
    _texts.filter(lambda text: text.strip().isprintable() and text.strip() != ""),
)
_parts = st.one_of(
    st.sampled_from(["images", "labels", "Annotations", "port a", "größe", "1", "a.b"]),
    st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="/\\\0"),
        min_size=1,
        max_size=6,
    ).filter(lambda part: part not in {".", ".."}),
)


def origins(how):
    """Who said something, in one of some ways.

    Args:
        how: The ways.
    """
    return st.one_of(
        st.none(),
        st.builds(
            LabelOrigin,
            how=st.sampled_from(how),
            by=_some_text,
            when=_some_text,
            bundle=_some_text,
            score=_shares,
            weak=st.booleans(),
        ),
    )


def things(size, how):
    """An object inside a picture.

    Args:
        size: Of the picture, px.
        how: How it may have been labelled.
    """
    return st.builds(
        TruthObject,
        box=_boxes(size),
        label=_labels,
        kind=_some_text,
        form=_some_text,
        piece=_some_text,
        concealment=_some_text,
        pose=st.one_of(st.none(), st.builds(Pose, **dict.fromkeys(_TURNS, _angles))),
        mask=st.one_of(st.none(), st.lists(st.integers(0, 99), max_size=4).map(tuple)),
        attenuation_around=_figures,
        attenuation_in_front=_figures,
        attenuation_behind=_figures,
        contrast=_figures,
        signal_to_noise=_figures,
        occluded=_shares,
        ignore=st.booleans(),
        firearm=_some_text,
        origin=origins(how),
    )


@st.composite
def labelled_files(draw, how=HOW, truth_how=HOW):
    """A picture with its truth.

    Args:
        draw: Hypothesis.
        how: How its objects may have been labelled.
        truth_how: How it may have been said that there is nothing else.
    """
    size = draw(st.tuples(st.integers(1, 5000), st.integers(1, 5000)))
    objects = draw(st.lists(things(size, how), max_size=3))
    truth = draw(
        st.builds(
            Truth,
            objects=st.just(tuple(objects)),
            source=_some_text,
            cargo=st.lists(_texts, max_size=2).map(tuple),
            defects=st.lists(_defects, max_size=2).map(tuple),
            origin=origins(truth_how),
        )
    )
    file = "/".join(draw(st.lists(_parts, min_size=1, max_size=3))) + ".png"
    known = objects or draw(st.booleans())
    return LabelledFile(file, truth, size if known else None)


_TURNS = ("heading_deg", "elevation_deg", "roll_deg")
_angles = st.floats(-180, 180)
_defects = st.builds(ScanDefect, kind=_texts, severity=st.integers(1, 5))


@st.composite
def _boxes(draw, size):
    sides = []
    for side in size:
        low = draw(st.one_of(st.integers(0, side - 1), st.floats(0, side - 0.5)))
        width = draw(st.floats(0.25, side - low)) if draw(st.booleans()) else side - low
        sides.append((float(low), float(min(low + width, side))))
    (x0, x1), (y0, y1) = sides
    return x0, y0, x1, y1
