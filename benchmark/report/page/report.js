"use strict";
// Shows the readings behind a picture: window, invert, zoom, boxes. Without it the
// pictures stay as they are.
(() => {
  const NO_DATA = 65535, PER_NEPER = 1000, FARTHEST = 16;
  const find = (id) => document.getElementById(id);
  const viewer = find("viewer");
  if (!viewer || !viewer.showModal || !window.DecompressionStream) return;
  const stage = find("stage"), plate = find("plate"), canvas = find("canvas");
  const centre = find("centre"), width = find("width"), zoom = find("zoom");
  const invert = find("invert"), boxes = find("boxes"), readout = find("readout");
  const whose = find("whose");
  const cards = [...document.querySelectorAll(".card")].filter((c) => c.querySelector(".levels"));
  const fingers = new Map();
  let shown = null, place = 0, scale = 1, left = 0, top = 0, marks = null;

  // Differences along rows, zigzag, byte planes, zlib, base64: see detail.py.
  async function unpack(head) {
    const coded = Uint8Array.from(atob(head.data), (c) => c.charCodeAt(0));
    const stream = new Blob([coded]).stream().pipeThrough(new DecompressionStream("deflate"));
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    const count = bytes.length / 2, levels = new Uint16Array(count);
    for (let i = 0, last = 0; i < count; i++) {
      if (i % head.width === 0) last = 0;
      const folded = (bytes[i] << 8) | bytes[count + i];
      last = (last + ((folded >> 1) ^ -(folded & 1))) & 65535;
      levels[i] = last;
    }
    return { ...head, levels };
  }

  function paint() {
    const { levels, width: w, height: h, channels, bright } = shown;
    const low = +centre.value - width.value / 2, scale = 255 / Math.max(+width.value, 1);
    const flip = bright === invert.checked;
    const pixels = new ImageData(w, h), out = pixels.data, size = w * h;
    for (let i = 0; i < size; i++) {
      for (let c = 0; c < 3; c++) {
        const grey = (levels[i + (channels === 3 ? c * size : 0)] - low) * scale;
        out[4 * i + c] = flip ? 255 - grey : grey;
      }
      out[4 * i + 3] = levels[i] === NO_DATA ? 0 : 255;
    }
    canvas.getContext("2d", { willReadFrequently: true }).putImageData(pixels, 0, 0);
    const unit = bright ? "" : " nepers", by = bright ? 1 : PER_NEPER;
    for (const slider of [centre, width]) slider.setAttribute("aria-valuetext", slider.value / by + unit);
  }

  function arrange() {
    left = Math.min(0, Math.max(left, 1 - scale));
    top = Math.min(0, Math.max(top, 1 - scale));
    zoom.value = scale;
    Object.assign(plate.style, { width: `${100 * scale}%`, height: `${100 * scale}%`, left: `${100 * left}%`, top: `${100 * top}%` });
    canvas.style.imageRendering = scale >= 4 ? "pixelated" : "auto";
    if (marks) {
      marks.style.fontSize = `${(14 * marks.viewBox.baseVal.width) / (stage.clientWidth * scale)}px`;
      marks.style.display = boxes.checked ? "" : "none";
    }
  }

  // Zoom so that what is at (x, y) of the stage, 0 to 1, stays there.
  function zoomTo(wanted, x = 0.5, y = 0.5) {
    const before = scale;
    scale = Math.min(FARTHEST, Math.max(1, wanted));
    const ratio = scale / before;
    left = x - (x - left) * ratio;
    top = y - (y - top) * ratio;
    arrange();
  }

  function setWindow(low, high) {
    centre.value = (low + high) / 2;
    width.value = high - low;
    paint();
  }

  function reset() {
    scale = 1;
    left = top = 0;
    invert.checked = false;
    boxes.checked = true;
    setWindow(shown.low, shown.high);
    arrange();
  }

  function fit() {
    const { levels, width: w, height: h } = shown, seen = [];
    const from = (start, size) => [Math.floor((-start / scale) * size), Math.ceil(((1 - start) / scale) * size)];
    const [x0, x1] = from(left, w), [y0, y1] = from(top, h);
    for (let y = y0; y < Math.min(y1, h); y++) {
      for (let x = x0; x < Math.min(x1, w); x++) {
        if (levels[y * w + x] !== NO_DATA) seen.push(levels[y * w + x]);
      }
    }
    if (!seen.length) return;
    seen.sort((a, b) => a - b);
    const at = (share) => seen[Math.round(share * (seen.length - 1))];
    setWindow(at(0.005), Math.max(at(0.995), at(0.005) + 2));
  }

  function overlay(view) {
    if (marks) marks.remove();
    marks = view.querySelector("svg.marks").cloneNode(true);
    plate.append(marks);
    arrange();
  }

  function offerViews(card) {
    const views = [...card.querySelectorAll(".view")];
    whose.hidden = views.length < 2;
    whose.querySelectorAll("label").forEach((label) => label.remove());
    if (views.length > 1) {
      views.forEach((view, number) => {
        const label = document.createElement("label"), radio = document.createElement("input");
        Object.assign(radio, { type: "radio", name: "whose", checked: number === views.length - 1 });
        radio.addEventListener("change", () => overlay(view));
        label.append(radio, ` ${view.querySelector("strong").textContent}`);
        whose.append(label);
      });
    }
    overlay(views[views.length - 1]);
  }

  async function show(number) {
    place = (number + cards.length) % cards.length;
    const card = cards[place];
    shown = await unpack(JSON.parse(card.querySelector(".levels").textContent));
    if (cards[place] !== card) return;
    canvas.width = shown.width;
    canvas.height = shown.height;
    const picture = card.querySelector("img");
    stage.style.setProperty("--aspect", picture.width / picture.height);
    const most = shown.levels.reduce((a, b) => (b === NO_DATA ? a : Math.max(a, b)), 1);
    Object.assign(centre, { min: 0, max: Math.max(most, shown.high), step: 1 });
    Object.assign(width, { min: 2, max: 2 * Math.max(most, shown.high - shown.low), step: 1 });
    find("viewer-title").textContent = card.querySelector("h4").textContent;
    find("viewer-facts").textContent = [...card.querySelectorAll("figcaption p")].map((p) => p.textContent).join(" · ");
    readout.textContent = "";
    offerViews(card);
    reset();
  }

  const at = (event) => {
    const frame = stage.getBoundingClientRect();
    return [(event.clientX - frame.left) / frame.width, (event.clientY - frame.top) / frame.height];
  };

  function read([x, y]) {
    const u = (x - left) / scale, v = (y - top) / scale;
    const column = Math.floor(u * shown.width), row = Math.floor(v * shown.height);
    const level = shown.levels[row * shown.width + column];
    if (level === undefined || level === NO_DATA) return;
    const [x0, y0, x1, y1] = shown.place;
    const where = `x ${Math.floor(x0 + u * (x1 - x0))}, y ${Math.floor(y0 + v * (y1 - y0))} px of the scan`;
    readout.textContent = shown.bright ? `brightness ${level} at ${where}` : `${(level / PER_NEPER).toFixed(3)} nepers at ${where}`;
  }

  function drag(event) {
    if (!shown) return;
    const now = at(event);
    read(now);
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const [dx, dy] = [now[0] - before[0], now[1] - before[1]];
    const other = [...fingers].find(([id]) => id !== event.pointerId);
    if (other) {
      const gap = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]) || 1e-3;
      left += dx / 2;
      top += dy / 2;
      zoomTo((scale * gap(now, other[1])) / gap(before, other[1]), (now[0] + other[1][0]) / 2, (now[1] + other[1][1]) / 2);
    } else if (event.buttons !== 1 || event.shiftKey || viewer.querySelector("[name=drag]:checked").value === "move") {
      left += dx;
      top += dy;
      arrange();
    } else {
      const step = 1.5 * (shown.high - shown.low);
      width.value = +width.value + dx * step;
      centre.value = +centre.value + dy * step;
      paint();
    }
    fingers.set(event.pointerId, now);
  }

  function slide(slider, share) {
    slider.value = +slider.value + share * (shown.high - shown.low);
    paint();
  }

  const toggle = (box, then) => {
    box.checked = !box.checked;
    then();
  };
  const move = (dx, dy) => {
    left += dx;
    top += dy;
    arrange();
  };
  const keys = {
    "+": () => zoomTo(scale * 1.25), "=": () => zoomTo(scale * 1.25),
    "-": () => zoomTo(scale / 1.25), 0: reset, f: fit,
    i: () => toggle(invert, paint), b: () => toggle(boxes, arrange),
    "[": () => slide(width, -0.1), "]": () => slide(width, 0.1),
    ",": () => slide(centre, -0.05), ".": () => slide(centre, 0.05),
    n: () => show(place + 1), p: () => show(place - 1),
  };
  const arrows = { ArrowLeft: [0.1, 0], ArrowRight: [-0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] };

  viewer.addEventListener("keydown", (event) => {
    if (!shown || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === stage && arrows[event.key]) move(...arrows[event.key]);
    else if (keys[event.key]) keys[event.key]();
    else return;
    event.preventDefault();
  });
  stage.addEventListener("pointerdown", (event) => {
    stage.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, at(event));
  });
  stage.addEventListener("pointermove", drag);
  for (const end of ["pointerup", "pointercancel"]) stage.addEventListener(end, (event) => fingers.delete(event.pointerId));
  stage.addEventListener("contextmenu", (event) => event.preventDefault());
  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoomTo(scale * Math.exp(-event.deltaY / 400), ...at(event));
  }, { passive: false });
  centre.addEventListener("input", paint);
  width.addEventListener("input", paint);
  invert.addEventListener("change", paint);
  boxes.addEventListener("change", arrange);
  zoom.addEventListener("input", () => zoomTo(+zoom.value));
  const buttons = { previous: keys.p, next: keys.n, fit, reset, close: () => viewer.close() };
  for (const [id, act] of Object.entries(buttons)) find(id).addEventListener("click", act);
  window.addEventListener("resize", () => shown && viewer.open && arrange());

  cards.forEach((card, number) => {
    const open = card.querySelector(".open");
    open.hidden = false;
    open.addEventListener("click", async () => {
      viewer.showModal();
      await show(number);
      stage.focus();
    });
    for (const shot of card.querySelectorAll(".shot")) shot.addEventListener("click", () => open.click());
  });
})();
