"""Tasks as Label Studio writes them."""

import json

import pytest

from data.annotations.label_studio import read_label_studio
from data.annotations.label_studio_tasks import write_label_studio
from data.annotations.labelling import LabelledFile, LabelWish
from data.errors import TruthError
from data.truth import LabelOrigin, Truth, TruthObject

WHEN = "2021-03-09T22:16:08.728378Z"
ANN = LabelOrigin(how="drawn", by="ann@port.jm", when=WHEN)


def region(kind="rectanglelabels", name="r1", **value):
    labels = {kind: ["Gun"]} if kind.endswith("labels") else {}
    return {
        "original_width": 200,
        "original_height": 100,
        "image_rotation": 0,
        "value": labels | value,
        "id": name,
        "from_name": "label",
        "to_name": "image",
        "type": kind,
        "origin": "manual",
    }


BOX = region(x=10.0, y=20, width=30, height=40.0, rotation=0)


def annotation(*regions, **more):
    return {
        "id": 1001,
        "completed_by": {"id": 1, "email": "ann@port.jm"},
        "result": [*regions],
        "was_cancelled": False,
        "ground_truth": False,
        "created_at": "2021-03-09T22:16:08.728353Z",
        "updated_at": WHEN,
        "lead_time": 4.288,
    } | more


def task(*annotations, image="/data/upload/1/0badcafe-a%20b.png", **more):
    shared = {"id": 1, "file_upload": "0badcafe-a b.png", "drafts": [], "meta": {}}
    return (
        shared
        | {
            "data": {"image": image},
            "annotations": [*annotations],
            "predictions": [{"model_version": "m", "score": 0.5, "result": [BOX]}],
        }
        | more
    )


def read(tmp_path, content, wish=None):
    path = tmp_path / "tasks.json"
    text = content if isinstance(content, str) else json.dumps(content, indent=1)
    path.write_text(text, encoding="utf-8")
    return read_label_studio(path, wish or LabelWish())


def read_boxes(tmp_path, *regions, **more):
    labels = read(tmp_path, [task(annotation(*regions))], **more)
    assert labels.problems == ()
    return [thing.box for thing in labels.files[0].truth.objects]


def test_an_annotation_is_read_and_a_prediction_is_not(tmp_path):
    labels = read(tmp_path, [task(annotation(BOX))])
    assert labels.problems == ()
    (found,) = labels.files
    assert (found.file, found.size, found.place) == (
        "a b.png",
        (200, 100),
        "tasks.json:2",
    )
    (thing,) = found.truth.objects
    assert thing == TruthObject(box=(20, 20, 80, 60), label="Gun", origin=ANN)
    assert found.truth.origin == ANN
    assert found.place_of(0) == "tasks.json:18"


def test_shapes_are_enclosed(tmp_path):
    boxes = read_boxes(
        tmp_path,
        region(x=10, y=10, width=10, height=4, rotation=90),
        region("polygonlabels", points=[[10, 10], [20, 10.5], [15, 40]]),
        region("ellipselabels", x=50, y=50, radiusX=10, radiusY=4, rotation=0),
        region("rectangle", "r4", x=0, y=0, width=100, height=100),
        region("labels", "r4", labels=["Gun"]),
        region("choices", choices=["clean"]),
    )
    assert boxes[0] == pytest.approx((16, 10, 20, 30))
    assert boxes[1] == pytest.approx((20, 10, 40, 40))
    assert boxes[2] == pytest.approx((80, 46, 120, 54))
    assert boxes[3] == (0, 0, 200, 100)
    assert len(boxes) == 4


@pytest.mark.parametrize(
    ("image", "file"),
    [
        ("/data/local-files/?d=lane%201/x.png", "lane 1/x.png"),
        ("http://host:8080/data/local-files/?d=lane/x.png", "lane/x.png"),
        ("/data/upload/12/abcd1234-x.png", "x.png"),
        ("/data/upload/abcd1234-x.png", "x.png"),
        ("https://host/data/upload/12/abcd1234-x.png", "x.png"),
        ("/data/upload/1/x-ray.png", "x-ray.png"),
        ("s3://bucket/lane/x.png", "lane/x.png"),
        ("https://host/lane/x.png?token=7", "lane/x.png"),
        ("lane/x.png", "lane/x.png"),
    ],
)
def test_the_name_of_the_picture_is_found_in_its_address(tmp_path, image, file):
    (found,) = read(tmp_path, [task(annotation(), image=image)]).files
    assert found.file == file


def test_what_nobody_labelled_is_left_out(tmp_path):
    tasks = [
        task(image="a.png"),
        task(annotation(BOX, was_cancelled=True), image="b.png"),
        task(annotation(), image="c.png"),
    ]
    (found,) = read(tmp_path, tasks).files
    assert (found.file, found.truth.objects) == ("c.png", ())


def test_the_ground_truth_counts_else_the_last_annotation(tmp_path):
    late = annotation(updated_at="2022-01-01T00:00:00Z")
    checked = annotation(BOX, BOX, ground_truth=True, updated_at="2020-01-01T00:00:00Z")
    tasks = [
        task(late, annotation(BOX), image="a.png"),
        task(annotation(BOX), checked, late, image="b.png"),
    ]
    labels = read(tmp_path, tasks)
    assert [len(each.truth.objects) for each in labels.files] == [0, 2]


def test_sizes_that_are_not_stated_come_from_the_picture(tmp_path):
    bare = {k: v for k, v in BOX.items() if not k.startswith("original")}
    wish = LabelWish(sizes={"a b.png": (100, 50)}.get)
    assert read_boxes(tmp_path, bare, wish=wish) == [(10, 10, 40, 30)]
    (problem,) = read(tmp_path, [task(annotation(bare))]).problems
    assert "the size of the picture is not known" in problem.what


def test_all_bad_labels_are_listed_with_their_lines(tmp_path):
    bad = [
        region(x=1, y=1, width=1),
        region(x=1, y=float("nan"), width=1, height=1),
        region("brushlabels", rle=[1], format="rle"),
        BOX | {"image_rotation": 90},
        BOX | {"value": {"x": 1, "y": 1, "width": 1, "height": 1}},
        BOX | {"value": BOX["value"] | {"rectanglelabels": ["Gun", "Knife"]}},
        BOX | {"meta": {"cargosight": "{"}},
        {"value": {}},
        7,
        region("polygonlabels", points=[]),
        region("polygonlabels", points=[[1]]),
    ]
    tasks = [
        task(annotation(*bad, BOX)),
        task(annotation(), data={}),
        {"id": 7},
        task(annotation()),
    ]
    text = ",\n".join(json.dumps(each) for each in tasks)
    labels = read(tmp_path, f"[{text}]")
    assert len(labels.files) == 1
    assert len(labels.files[0].truth.objects) == 1
    says = [
        "1: height is missing",
        "1: nan is not a finite number",
        "1: a region of type brushlabels cannot be read",
        "1: the picture was turned in the tool",
        "1: a region of 0 classes",
        "1: a region of 2 classes",
        "1: our note is damaged",
        "1: a region without type",
        "1: a region without type",
        "1: an outline without points",
        "1: a point is not x, y",
        "2: a task whose data names no image",
        "3: a task without data",
        "4: a b.png is labelled twice: first at tasks.json:1",
    ]
    assert len(labels.problems) == len(says)
    for problem, say in zip(labels.problems, says, strict=True):
        assert str(problem).startswith(f"tasks.json:{say}")


@pytest.mark.parametrize("text", ['[{"image": "a.png", "label": []}]', "{}", "7"])
def test_other_exports_are_refused(tmp_path, text):
    with pytest.raises(TruthError, match="Export them as JSON"):
        read(tmp_path, text)


def test_a_damaged_file_is_one_problem(tmp_path):
    (problem,) = read(tmp_path, "[\n{]").problems
    assert problem.place == "tasks.json:2"


PREDICTED = [
    TruthObject(
        box=(1, 2, 4, y), origin=LabelOrigin(how="prediction", bundle=b, score=s)
    )
    for y, b, s in ((8, "b 7", 0.25), (9, "b 7", 0.75), (7, "b 8", 0.5))
]


def write(tmp_path, truth):
    path = tmp_path / "out.json"
    write_label_studio([LabelledFile("a b.png", truth, (9, 9))], path)
    return path, json.loads(path.read_text(encoding="utf-8"))[0]


def test_predictions_are_offered_and_not_read_back(tmp_path):
    path, content = write(tmp_path, Truth(objects=tuple(PREDICTED)))
    assert content["data"]["image"] == "/data/local-files/?d=a%20b.png"
    assert content["annotations"] == []
    first, second = content["predictions"]
    assert (first["model_version"], first["score"]) == ("b 7", 0.75)
    assert [each["score"] for each in first["result"]] == [0.25, 0.75]
    assert (second["model_version"], len(second["result"])) == ("b 8", 1)
    assert read_label_studio(path, LabelWish()).files == ()


def test_a_queued_picture_without_predictions_is_not_called_clean(tmp_path):
    queued = Truth(origin=LabelOrigin(how="prediction", bundle="b 7"))
    assert write(tmp_path, queued)[1]["annotations"] == []
    assert write(tmp_path, Truth())[1]["annotations"] == [{"result": []}]


def test_what_is_drawn_stays_apart_from_what_is_predicted(tmp_path):
    drawn = TruthObject(box=(1, 2, 5, 6))
    path, _ = write(tmp_path, Truth(objects=(PREDICTED[0], drawn)))
    (found,) = read_label_studio(path, LabelWish()).files
    assert found.truth.objects == (drawn,)


def test_a_prediction_that_a_person_submits_is_confirmed(tmp_path):
    _, content = write(tmp_path, Truth(objects=(PREDICTED[0],)))
    content["annotations"] = [annotation(*content["predictions"][0]["result"])]
    (found,) = read(tmp_path, [content]).files
    (thing,) = found.truth.objects
    assert thing.box == PREDICTED[0].box
    assert thing.origin == LabelOrigin(
        how="confirmed", by="ann@port.jm", when=WHEN, bundle="b 7", score=0.25
    )
    assert found.truth.origin == ANN
