// Lettering that stays readable: sizes have a least value on the screen, and what does not fit is
// cut with an ellipsis, or left out where a few letters would say nothing.

const LEAST_LETTER = 10.5;
const LEAST_REMARK = 10;

function letterSize(size, zoom, least = LEAST_LETTER) {
  return Math.min(size * 1.8, Math.max(least, size * zoom));
}

function write(ink, text, place, { size, weight = 400, colour, width, font, align = "left" }) {
  ink.font = `${weight} ${size}px ${font}`;
  ink.fillStyle = colour;
  ink.textAlign = align;
  ink.textBaseline = "middle";
  ink.fillText(cut(ink, text, width), place.x, place.y);
}

const CUTS = new Map();

function cut(ink, text, width) {
  const key = `${ink.font}|${Math.round(width)}|${text}`;
  if (!CUTS.has(key)) {
    if (CUTS.size > 4000) CUTS.clear();
    CUTS.set(key, cutAnew(ink, text, width));
  }
  return CUTS.get(key);
}

function cutAnew(ink, text, width) {
  if (ink.measureText(text).width <= width) return text;
  let [least, most] = [0, text.length];
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (ink.measureText(`${text.slice(0, middle)}…`).width <= width) least = middle;
    else most = middle - 1;
  }
  return least < 2 ? "" : `${text.slice(0, least)}…`;
}

const STROKES = new Map();

function drawSign(ink, name, place, size, colour) {
  if (!STROKES.has(name)) STROKES.set(name, new Path2D(SIGNS[name]));
  ink.save();
  ink.translate(place.x - size / 2, place.y - size / 2);
  ink.scale(size / 24, size / 24);
  ink.lineWidth = Math.max(1.7, 21 / size);
  ink.lineCap = "round";
  ink.lineJoin = "round";
  ink.strokeStyle = colour;
  ink.stroke(STROKES.get(name));
  ink.restore();
}
