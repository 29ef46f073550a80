"""Somebody at a page, in a real browser, and when what was drawn for them."""

import base64
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from cargosight.station_trials.rig import OPERATOR, Rig
from cargosight.station_trials.shown import Moments
from data.errors import StationError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SIZE: Final = (1920, 1080)

RECORD: Final = """(() => {
  const trial = { columns: [], flags: [], frames: 0 };
  window.cargosightTrial = trial;
  const now = () => performance.now() / 1000;
  const note = (pane) => {
    const scan = pane.dataset.scan;
    const columns = Number(pane.dataset.columnsShown);
    const flags = (pane.dataset.alarmsShown ?? '').split(' ').filter(Boolean);
    requestAnimationFrame(() => {
      trial.columns.push([scan, columns, now()]);
      for (const flag of flags) trial.flags.push([scan, flag, now()]);
    });
  };
  const look = () => document.querySelectorAll('[data-columns-shown]').forEach(note);
  new MutationObserver(look).observe(document, {
    subtree: true, childList: true,
    attributeFilter: ['data-columns-shown', 'data-alarms-shown'],
  });
  const names = new WeakMap();
  const window_ = {};
  let drawn = '', frame = null;
  for (const kind of [WebGLRenderingContext, WebGL2RenderingContext]) {
    const { getUniformLocation, uniform1f, drawElements } = kind.prototype;
    kind.prototype.getUniformLocation = function (program, name) {
      const place = getUniformLocation.call(this, program, name);
      if (place) names.set(place, name);
      return place;
    };
    kind.prototype.uniform1f = function (place, value) {
      const name = place && names.get(place);
      if (name === 'u_low' || name === 'u_high') window_[name] = value;
      uniform1f.call(this, place, value);
    };
    kind.prototype.drawElements = function (...words) {
      drawElements.apply(this, words);
      const said = JSON.stringify(window_);
      const at = document.timeline.currentTime;
      if (said === drawn || at === frame || !this.canvas.closest?.('.picture')) return;
      drawn = said;
      frame = at;
      trial.frames += 1;
    };
  }
})()"""
"""Notes what the page says it has drawn, with the frame after the one that drew it; and
counts the frames in which a picture was drawn with another window."""

PICTURE: Final = """() => {
  const pane = document.querySelector('[data-columns-shown]');
  const canvas = pane?.querySelector('.picture canvas');
  return [pane?.dataset.columnsShown, canvas?.toDataURL('image/png') ?? null];
}"""

HALF: Final = 127
"""A pixel that is more opaque is one of the scan."""

CLOCK_TRIES: Final = 10


@dataclass(slots=True)
class Visitor:
    """A page of a station, opened by who is logged in.

    Args:
        browser: Any.
        rig: The station.
    """

    browser: "Browser"
    rig: Rig
    page: "Page" = field(init=False)

    def __post_init__(self) -> None:
        """Log in."""
        size = {"width": SIZE[0], "height": SIZE[1]}
        context = self.browser.new_context(
            base_url=self.rig.base,
            viewport=size,  # type: ignore[arg-type]  # a TypedDict of Playwright's
            locale="en",
            reduced_motion="reduce",
        )
        context.add_init_script(RECORD)
        body = {"name": OPERATOR, "password": self.rig.password}
        answer = context.request.post("/api/session", data=body)
        if not answer.ok:
            msg = f"The trial's visitor cannot log in: {answer.text()}"
            raise StationError(msg)
        self.page = context.new_page()

    def open(self, path: str) -> None:
        """Go somewhere; what was noted before is forgotten."""
        self.page.goto(path, wait_until="networkidle")

    def wait(self, wait_s: float) -> None:
        """Let the browser work."""
        self.page.wait_for_timeout(wait_s * 1000)

    def find_offset(self) -> float:
        """What is added to the page's clock for `time.monotonic`, s."""
        best, offset = float("inf"), 0.0
        for _ in range(CLOCK_TRIES):
            before = time.monotonic()
            said = float(self.page.evaluate("performance.now()")) / 1000
            after = time.monotonic()
            if after - before < best:
                best, offset = after - before, (before + after) / 2 - said
        return offset

    def count_shown(self, scan_id: str | None = None) -> int:
        """How many columns of a scan, or of any, the page says that it shows."""
        return int(self._ask_pane("columnsShown", scan_id) or 0)

    def list_flagged(self, scan_id: str) -> set[str]:
        """The alarms of a scan whose boxes the page says that it shows."""
        return set((self._ask_pane("alarmsShown", scan_id) or "").split())

    def read_picture(self) -> tuple[int, npt.NDArray[np.bool_] | None]:
        """How many columns the page says that it shows, and where its pixels do.

        Returns:
            The count, and (H, W): both of one moment. None if no scan is shown.
        """
        said, url = self.page.evaluate(PICTURE)
        if url is None:
            return 0, None
        code = np.frombuffer(base64.b64decode(url.partition(",")[2]), np.uint8)
        picture = np.asarray(cv2.imdecode(code, cv2.IMREAD_UNCHANGED))
        return int(said), picture[..., 3] > HALF

    def _ask_pane(self, what: str, scan_id: str | None) -> str | None:
        pane = "[data-columns-shown]" + (f"[data-scan='{scan_id}']" if scan_id else "")
        code = "([pane, what]) => document.querySelector(pane)?.dataset[what] ?? null"
        found: str | None = self.page.evaluate(code, [pane, what])
        return found

    def read_moments(self, scan_id: str) -> Moments:
        """How many columns of a scan were shown since when, by `time.monotonic`."""
        offset = self.find_offset()
        return [
            (float(columns), moment + offset)
            for scan, columns, moment in self._read("columns")
            if scan == scan_id
        ]

    def read_flagged(self, scan_id: str) -> dict[str, float]:
        """Since when the box of each alarm was shown, by `time.monotonic`."""
        offset = self.find_offset()
        flagged: dict[str, float] = {}
        for scan, alarm, moment in self._read("flags"):
            if scan == scan_id:
                flagged.setdefault(alarm, moment + offset)
        return flagged

    def count_frames(self) -> int:
        """Frames so far in which a picture was drawn with another window."""
        return int(self.page.evaluate("cargosightTrial.frames"))

    def _read(self, name: str) -> list[list[Any]]:
        found: list[list[Any]] = self.page.evaluate(f"cargosightTrial.{name}")
        return found

    def find_renderer(self) -> str:
        """What draws WebGL."""
        code = (
            "() => { const gl = document.createElement('canvas').getContext('webgl'); "
            "const more = gl.getExtension('WEBGL_debug_renderer_info'); "
            "return gl.getParameter("
            "more ? more.UNMASKED_RENDERER_WEBGL : gl.RENDERER) }"
        )
        return str(self.page.evaluate(code))
