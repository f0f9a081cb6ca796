// Room for what is new until Python computes places: free spots, and slots inside of boxes.

const BOX = { side: 12, head: 24, gap: 8 };
const ROWS = 56;

function overlaps(one, other, gap) {
  const near = (at, size) => Math.abs(one[at] - other[at]) < (one[size] + other[size]) / 2 + gap;
  return near("x", "w") && near("y", "h");
}

// The nearest spot to a place that nothing else takes, searched in rings around it.
function freeSpot(model, place, size) {
  const others = [...model.nodes.values()].filter((node) => !node.parent || isGroup(node));
  const step = { x: size.w / 2 + 13, y: size.h + ROWS };
  for (let ring = 0; ring < 40; ring += 1) {
    for (const [right, down] of ringOf(ring)) {
      const spot = { ...size, x: place.x + right * step.x, y: place.y + down * step.y };
      if (!others.some((node) => overlaps(spot, node, 20))) return { x: spot.x, y: spot.y };
    }
  }
  return place;
}

// Downwards and to the right first: that is where a reader looks for what is new.
function ringOf(ring) {
  if (ring === 0) return [[0, 0]];
  const cells = [];
  for (let across = -ring; across <= ring; across += 1) {
    for (let down = -ring; down <= ring; down += 1) {
      if (Math.max(Math.abs(across), Math.abs(down)) === ring) cells.push([across, down]);
    }
  }
  const cost = ([across, down]) => Math.hypot(across, down) + (across < 0 || down < 0 ? 0.4 : 0);
  return cells.sort((one, other) => cost(one) - cost(other));
}

// Puts a node into a box: at the first free slot, for which the box may have to grow.
function settle(model, node, box) {
  node.parent = box.id;
  const others = insideOf(model, box.id).filter((other) => other !== node);
  const columns = Math.max(1, Math.floor((box.w - 2 * BOX.side + BOX.gap) / (node.w + BOX.gap)));
  const left = box.x - box.w / 2 + BOX.side + node.w / 2;
  const top = box.y - box.h / 2 + BOX.head + node.h / 2;
  for (let slot = 0; ; slot += 1) {
    const x = left + (slot % columns) * (node.w + BOX.gap);
    const y = top + Math.floor(slot / columns) * (node.h + BOX.gap);
    if (others.some((other) => overlaps({ ...node, x, y }, other, 0))) continue;
    shift(model, node, x - node.x, y - node.y);
    break;
  }
  grow(model, box);
}

function grow(model, box) {
  const inside = insideOf(model, box.id);
  const right = Math.max(box.x + box.w / 2, ...inside.map((n) => n.x + n.w / 2 + BOX.side));
  const bottom = Math.max(box.y + box.h / 2, ...inside.map((n) => n.y + n.h / 2 + BOX.side));
  const left = box.x - box.w / 2;
  const top = box.y - box.h / 2;
  Object.assign(box, { w: right - left, h: bottom - top });
  Object.assign(box, { x: left + box.w / 2, y: top + box.h / 2 });
  const outer = box.parent && model.nodes.get(box.parent);
  if (outer) grow(model, outer);
}

function shift(model, node, right, down) {
  node.x += right;
  node.y += down;
  if (node.type !== "domain") return;
  for (const inner of insideOf(model, node.id)) shift(model, inner, right, down);
}

function contains(box, place) {
  return Math.abs(place.x - box.x) <= box.w / 2 && Math.abs(place.y - box.y) <= box.h / 2;
}

// The innermost box at a place, but for those that are left out.
function boxAt(model, place, leftOut = new Set()) {
  const boxes = [...model.nodes.values()].filter(
    (node) => node.type === "domain" && !leftOut.has(node.id) && contains(node, place),
  );
  return boxes.sort((one, other) => depthOf(model, other) - depthOf(model, one))[0] ?? null;
}
