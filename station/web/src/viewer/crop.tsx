import { useEffect, useRef } from "preact/hooks";
import type { Box } from "./frame";
import { Frame } from "./frame";
import { fetchTile } from "./tile-asking";
import { useGeometry } from "./use-geometry";

/** Room around a box, in shares of its longer side, and px of the scan at least. */
const ROOM = 0.6;
const LEAST_ROOM = 16;

const AGAIN_MS = 1000;

/** Shares of pixels that may be all black, all white. */
const CLIPPED = 0.005;

interface CropProps {
  scan: string;
  box: readonly number[];
  class?: string;
  label?: string;
}

/** A part of a scan. */
interface Part {
  width: number;
  height: number;
  /** Of each pixel one number, or three, to be windowed. */
  planes: Float32Array[];
  dark: boolean;
  /** Where it begins, px of its level. */
  x0: number;
  y0: number;
}

function around(box: readonly number[], width: number, height: number): Box {
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = box;
  const room = Math.max(Math.max(x1 - x0, y1 - y0) * ROOM, LEAST_ROOM);
  return [
    Math.max(Math.floor(x0 - room), 0),
    Math.max(Math.floor(y0 - room), 0),
    Math.min(Math.ceil(x1 + room), width),
    Math.min(Math.ceil(y1 + room), height),
  ];
}

async function readPart(frame: Frame, level: number, [x0, y0, x1, y1]: Box): Promise<Part> {
  const { tile: side, kind, version } = frame.geometry;
  const width = x1 - x0;
  const height = y1 - y0;
  const names = kind === "display" ? ["red", "green", "blue"] : ["attenuation"];
  const planes = names.map(() => new Float32Array(width * height));
  const asked: Promise<void>[] = [];
  for (let row = Math.floor(y0 / side); row * side < y1; row += 1) {
    for (let column = Math.floor(x0 / side); column * side < x1; column += 1) {
      asked.push(
        copyTile(frame, [level, column, row], version, { x0, y0, width, height, planes, names }),
      );
    }
  }
  await Promise.all(asked);
  return { width, height, planes, dark: kind !== "display", x0, y0 };
}

interface Target {
  x0: number;
  y0: number;
  width: number;
  height: number;
  planes: Float32Array[];
  names: string[];
}

async function copyTile(
  frame: Frame,
  place: readonly [level: number, column: number, row: number],
  version: string | null,
  target: Target,
): Promise<void> {
  const found = await fetchTile(frame, place, version);
  if (!found) return;
  const side = frame.geometry.tile;
  const left = place[1] * side - target.x0;
  const top = place[2] * side - target.y0;
  target.names.forEach((name, number) => {
    const begin = found.planes.indexOf(name) * found.width * found.height;
    for (let y = Math.max(-top, 0); y < found.height && y + top < target.height; y += 1) {
      for (let x = Math.max(-left, 0); x < found.width && x + left < target.width; x += 1) {
        const value = found.numbers[begin + y * found.width + x] ?? 0;
        const plane = target.planes[number];
        if (plane) plane[(y + top) * target.width + x + left] = value;
      }
    }
  });
}

function findWindow(planes: readonly Float32Array[]): [low: number, high: number] {
  const sorted = Float32Array.from(planes.flatMap((plane) => [...plane])).sort();
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  const low = at(CLIPPED);
  return [low, Math.max(at(1 - CLIPPED), low + 1)];
}

/** Draw a part at a contrast that fills the canvas's greys: as it would be on a light box. */
function paint(canvas: HTMLCanvasElement, part: Part): void {
  const [low, high] = findWindow(part.planes);
  const image = new ImageData(part.width, part.height);
  for (let index = 0; index < part.width * part.height; index += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      const value = (part.planes[channel] ?? part.planes[0])?.[index] ?? 0;
      const share = Math.min(Math.max((value - low) / (high - low), 0), 1);
      image.data[index * 4 + channel] = 255 * (part.dark ? 1 - share : share);
    }
    image.data[index * 4 + 3] = 255;
  }
  canvas.width = part.width;
  canvas.height = part.height;
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}

/** Room between a box and its corners, px; their length, in shares of the box. */
const OUT = 3;
const CORNER = 0.22;

/** Mark a box by its corners, beside it: nothing of it is covered. */
function markCorners(canvas: HTMLCanvasElement, part: Part, box: readonly number[]): void {
  const pen = canvas.getContext("2d");
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = box;
  const [left, right] = [x0 - part.x0 - OUT, x1 - part.x0 + OUT];
  const [top, bottom] = [y0 - part.y0 - OUT, y1 - part.y0 + OUT];
  const length = CORNER * Math.min(right - left, bottom - top);
  if (!pen) return;
  pen.beginPath();
  for (const [x, across] of [
    [left, length],
    [right, -length],
  ] as const) {
    for (const [y, down] of [
      [top, length],
      [bottom, -length],
    ] as const) {
      pen.moveTo(x + across, y);
      pen.lineTo(x, y);
      pen.lineTo(x, y + down);
    }
  }
  for (const [colour, width] of [
    ["#000000", 3],
    ["#ffb454", 1.5],
  ] as const) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.stroke();
  }
}

/** The level at which a box has no more pixels than a crop needs. */
function chooseLevel(box: readonly number[]): number {
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = box;
  return Math.max(0, Math.ceil(Math.log2(Math.max(x1 - x0, y1 - y0) / 360)));
}

/** An alarm's part of a scan, at readable contrast, with its surroundings. */
export function AlarmCrop({ scan, box, class: name, label }: CropProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { geometry } = useGeometry(scan, box.join());
  useEffect(() => {
    if (!geometry) return;
    let over = false;
    const frame = new Frame(geometry);
    const level = Math.min(chooseLevel(box), geometry.levels - 1);
    const scaled = box.map((side) => side / 2 ** level);
    const width = Math.ceil(geometry.width / 2 ** level);
    const height = Math.ceil(geometry.height / 2 ** level);
    const show = (part: Part) => {
      if (over || !canvas.current || part.width < 1 || part.height < 1) return;
      paint(canvas.current, part);
      markCorners(canvas.current, part, scaled);
      canvas.current.style.aspectRatio = `${part.width} / ${part.height * frame.aspect}`;
    };
    let timer = 0;
    const read = () => {
      const again = () => {
        if (!over) timer = window.setTimeout(read, AGAIN_MS);
      };
      readPart(frame, level, around(scaled, width, height)).then(show, again);
    };
    read();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [geometry, box.join()]);
  return <canvas ref={canvas} class={name} role="img" aria-label={label ?? ""} />;
}
