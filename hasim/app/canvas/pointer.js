// The mouse and the finger: dragging, connecting from the handle, pointing, the wheel.

function listenToPointer(board) {
  const { cy, parts } = board;
  cy.on("grab", "node", (event) => grabbed(board, event.target));
  cy.on("drag", "node", (event) => dragged(board, event.target));
  cy.on("free", "node", () => queueMicrotask(() => released(board)));
  cy.on("select unselect", () => choiceChanged(board));
  cy.on("tap", (event) => tapped(board, event));
  cy.on("dbltap", "node", (event) => tappedTwice(board, event.target));
  cy.on("mouseover", "node, edge", (event) =>
    pointedAt(board, event.target, event.renderedPosition),
  );
  cy.on("mouseout", "node, edge", () => pointedAway(board));
  cy.on("viewport", () => viewMoved(board));
  // Cytoscape takes the focus away when a button goes down, so it is given back after that.
  parts.stage.addEventListener("mousedown", () => parts.stage.focus({ preventScroll: true }));
  parts.stage.addEventListener("wheel", (event) => wheeled(board, event), {
    passive: false,
    capture: true,
  });
  parts.handle.addEventListener("pointerdown", (event) => startBand(board, event));
  parts.handle.addEventListener("pointerleave", () => pointedAway(board));
  parts.stage.addEventListener("pointerleave", () => pointedAway(board));
}

function tapped(board, event) {
  const wasPicking = Boolean(board.pick);
  board.taps = [board.taps?.[1], wasPicking ? null : event.target];
  if (wasPicking) {
    clickInPick(board, event.target === board.cy ? null : event.target.id());
    return;
  }
  if (event.target === board.cy) {
    board.current = null;
    return;
  }
  const id = event.target.id();
  if (event.target.isNode()) board.current = id;
  const node = board.model.nodes.get(id);
  say(board, node ? described(board, node) : edgeWords(board.model, board.model.edges.get(id)));
}

// Cytoscape counts two quick clicks on two things as a double click.
function tappedTwice(board, drawn) {
  if (!board.taps.every((target) => target === drawn)) return;
  board.current = drawn.id();
  if (board.editable) startRename(board);
  else open(board);
}

// A box takes along what is inside of it, but for what is being dragged itself.
function grabbed(board, drawn) {
  board.drags ??= new Map();
  board.drags.set(drawn.id(), { ...drawn.position() });
  board.parts.tip.hidden = true;
  board.parts.handle.hidden = true;
}

function dragged(board, drawn) {
  const start = board.drags?.get(drawn.id());
  if (!start) return;
  if (!board.busy) begin(board, "drag");
  const node = board.model.nodes.get(drawn.id());
  const at = drawn.position();
  if (node?.type === "domain") carry(board, node, at.x - start.x, at.y - start.y);
  if (board.drags.size === 1) aimAt(board, boxUnder(board, node, at));
}

function carry(board, box, right, down) {
  board.cy.batch(() => {
    for (const inner of allInsideOf(board.model, box.id)) {
      const drawn = board.cy.getElementById(inner.id);
      if (!board.drags.has(inner.id)) drawn.position({ x: inner.x + right, y: inner.y + down });
    }
  });
}

function boxUnder(board, node, place) {
  if (!node || node.type === "service") return null;
  const own = node.type === "domain" ? [node, ...allInsideOf(board.model, node.id)] : [node];
  const box = boxAt(board.model, place, new Set(own.map((inner) => inner.id)));
  return box && (node.type !== "domain" || fitsInto(node, box)) ? box : null;
}

function aimAt(board, box) {
  board.cy.nodes(".aim").removeClass("aim");
  if (box) board.cy.getElementById(box.id).addClass("aim");
}

function released(board) {
  const drags = board.drags;
  board.drags = null;
  if (!drags || board.busy !== "drag") {
    if (board.hover) showHandle(board); // it was a click: the pointer is still there
    return;
  }
  board.busy = null;
  aimAt(board, null);
  const moves = {};
  for (const [id] of drags) {
    const node = board.model.nodes.get(id);
    const drawn = board.cy.getElementById(id);
    const at = { ...drawn.position() };
    if (node && !landed(board, node, at) && isFreeToStand(node)) moves[id] = at;
  }
  const names = Object.keys(moves).map((id) => nameOf(board.model, id));
  if (names.length && board.editable) act(board, [moveTo(moves)], `Moved ${names.join(", ")}`);
  else redraw(board, { glide: true });
  done(board);
}

// Whether it fell on a box, or out of its own, and so changed more than its place.
function landed(board, node, at) {
  const box = boxUnder(board, node, at);
  if (isGroup(node)) return Boolean(box) && (drop(board, node, box), true);
  return (box?.id ?? null) !== (node.parent ?? null) && drop(board, node, box, at);
}

// Replicas stand where their box has room, so a drag within it changes nothing.
function isFreeToStand(node) {
  return node.type !== "member" && !(node.type === "domain" && node.parent);
}

function pointedAt(board, target, place) {
  if (board.pick) aimInPick(board, target.id());
  if (board.busy) return;
  clearTimeout(board.leaving);
  board.hover = target.id();
  board.parts.stage.style.cursor = "pointer";
  showHandle(board);
  clearTimeout(board.tipping);
  board.tipping = setTimeout(
    () => board.hover === target.id() && !board.busy && showTip(board, target.id(), place),
    260,
  );
  if (target.isEdge()) board.cy.emit("render");
}

// The handle lies half outside of its card: on the way to it, it must not vanish.
function pointedAway(board) {
  clearTimeout(board.leaving);
  clearTimeout(board.tipping);
  board.leaving = setTimeout(() => {
    if (board.parts.handle.matches(":hover")) return;
    board.hover = null;
    board.parts.stage.style.cursor = "";
    board.parts.tip.hidden = true;
    board.parts.handle.hidden = true;
    board.cy.emit("render");
  }, 130);
}

function showHandle(board) {
  const { handle } = board.parts;
  const node = board.model.nodes.get(board.hover);
  handle.hidden = !board.editable || !node || !isGroup(node) || Boolean(node.locked);
  if (handle.hidden) return;
  const frame = frameOf(board, board.cy.getElementById(node.id));
  const lower = Math.max(0, handle.clientHeight / 2 - frame.h / 4); // a small card keeps its middle
  handle.style.left = `${frame.x}px`;
  handle.style.top = `${frame.y + frame.h / 2 + lower}px`;
}

function viewMoved(board) {
  showGround(board);
  board.parts.tip.hidden = true;
  if (board.hover) showHandle(board);
  if (board.pick) board.band.to = board.cy.getElementById(board.pick.at.id).renderedPosition();
}

function startBand(board, event) {
  event.preventDefault();
  const from = board.hover;
  if (!from) return;
  const { handle } = board.parts;
  begin(board, "band");
  handle.setPointerCapture(event.pointerId);
  const follow = (moved) => followBand(board, from, placeOnFloor(board, moved));
  handle.addEventListener("pointermove", follow);
  handle.addEventListener(
    "lostpointercapture",
    () => {
      handle.removeEventListener("pointermove", follow);
      finishBand(board);
    },
    { once: true },
  );
}

function followBand(board, from, place) {
  board.band = { from, to: place, on: groupUnder(board, placeInModel(board, place), from) };
  board.cy.nodes(".aim").removeClass("aim");
  if (board.band.on) board.cy.getElementById(board.band.on.id).addClass("aim");
  board.cy.emit("render");
}

function groupUnder(board, place, from) {
  const under = [...board.model.nodes.values()].filter(
    (node) => node.type !== "domain" && contains(node, place),
  );
  return (
    under.map((node) => groupOf(board.model, node)).find((node) => node && node.id !== from) ?? null
  );
}

function finishBand(board) {
  const band = board.band;
  board.band = null;
  board.cy.nodes(".aim").removeClass("aim");
  board.busy = null;
  if (band?.on) connect(board, band.from, band.on.id);
  else if (band) say(board, "Let go on the part that it needs");
  else choose(board, board.hover);
  board.parts.stage.focus({ preventScroll: true });
  pointedAway(board);
  done(board);
  board.cy.emit("render");
}

// The page scrolls past the canvas, until somebody works in it or holds Ctrl.
function wheeled(board, event) {
  event.stopPropagation();
  const works = board.parts.root.contains(board.parts.root.getRootNode().activeElement);
  if (!works && !event.ctrlKey) return;
  event.preventDefault();
  const turn = event.deltaMode === 1 ? event.deltaY * 16 : event.deltaY;
  zoomBy(board, Math.exp(-turn / (event.ctrlKey ? 120 : 420)), placeOnFloor(board, event));
}
