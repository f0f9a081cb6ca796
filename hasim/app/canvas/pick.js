// Choosing a partner without dragging: what to connect to, or the box to put something into.

const PICKS = {
  connect: {
    candidates: (board, from) =>
      [...board.model.nodes.values()].filter(
        (node) => !obstacle(board, groupOf(board.model, from), node),
      ),
    none: "There is nothing to connect to",
    asks: (from, to) =>
      `Connect ${from} to ${to}? Arrow keys or the mouse choose, Enter connects, Escape cancels.`,
    finish: (board, from, to) => connect(board, from.id, to.id),
  },
  drop: {
    candidates: (board, from) => {
      const within = new Set([
        from.id,
        from.parent,
        ...allInsideOf(board.model, from.id).map((node) => node.id),
      ]);
      return [...board.model.nodes.values()].filter(
        (node) => node.type === "domain" && !within.has(node.id),
      );
    },
    none: "There is no zone or region to put it into",
    asks: (from, to) =>
      `Put ${from} into ${to}? Arrow keys or the mouse choose, Enter puts it there, Escape cancels.`,
    finish: (board, from, to) => drop(board, from, to),
  },
};

function startPick(board, kind) {
  const from = current(board);
  if (!from) return say(board, "Nothing selected");
  if (kind === "connect" && !isGroup(groupOf(board.model, from)))
    return say(board, "Only services and components are connected");
  if (!isOurs(board, [groupOf(board.model, from)])) return undefined;
  const candidates = PICKS[kind].candidates(board, from);
  if (!candidates.length) return say(board, PICKS[kind].none);
  const nearest = candidates.sort((one, other) => away(one, from) - away(other, from))[0];
  begin(board, "pick");
  board.pick = { kind, from, candidates, at: nearest };
  showPick(board);
  return undefined;
}

// Downwards is nearer: what something needs stands below it.
function away(node, from) {
  return Math.hypot(node.x - from.x, node.y - from.y) + (node.y < from.y ? 60 : 0);
}

function showPick(board) {
  const { kind, from, at } = board.pick;
  const drawn = board.cy.getElementById(at.id);
  board.cy.nodes(".aim").removeClass("aim");
  drawn.addClass("aim");
  showAt(board, drawn);
  board.band = { from: from.id, to: drawn.renderedPosition() };
  say(board, PICKS[kind].asks(from.name, at.name));
  board.cy.emit("render");
}

function keyInPick(board, key) {
  const { candidates, at } = board.pick;
  if (key === "Escape") return endPick(board, "Cancelled");
  if (key === "Enter") return finishPick(board);
  const order = [...candidates].sort(byPlace);
  if (key === "Tab") board.pick.at = order[(order.indexOf(at) + 1) % order.length];
  if (ARROWS[key]) board.pick.at = neighbour(board, at, ARROWS[key], candidates) ?? at;
  showPick(board);
  return undefined;
}

// The mouse may choose the partner, too: pointing aims, a click takes it, one beside cancels.
function aimInPick(board, id) {
  const { candidates } = board.pick;
  const node = board.model.nodes.get(id);
  const meant = [node, node && groupOf(board.model, node)].find((one) => candidates.includes(one));
  if (!meant) return false;
  board.pick.at = meant;
  showPick(board);
  return true;
}

function clickInPick(board, id) {
  if (id && aimInPick(board, id)) finishPick(board);
  else endPick(board, "Cancelled");
}

function finishPick(board) {
  const { kind, from, at } = board.pick;
  endPick(board, "");
  PICKS[kind].finish(board, from, at);
  choose(board, board.model.nodes.has(from.id) ? from.id : at.id, { quiet: true });
}

function endPick(board, message) {
  board.pick = null;
  board.band = null;
  board.cy.nodes(".aim").removeClass("aim");
  say(board, message);
  done(board);
  board.cy.emit("render");
}
