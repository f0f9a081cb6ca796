// What a person does, whichever way: each act shows its effect at once and is then told to Python.

function act(board, steps, message) {
  const numbered = post(board.outbox, steps);
  for (const step of numbered) edit(board.model, step);
  redraw(board);
  showHint(board);
  showButtons(board);
  tellWithin(board, 0);
  if (message) say(board, message);
}

// What is done and what is then selected are told together: each telling is a run of the page.
function tellWithin(board, milliseconds) {
  const due = performance.now() + milliseconds;
  if (board.due <= due) return;
  clearTimeout(board.resting);
  board.due = due;
  board.resting = setTimeout(() => tell(board), milliseconds);
}

function tell(board) {
  clearTimeout(board.resting);
  board.due = Infinity;
  const said = {
    session: board.session,
    operations: board.outbox.pending,
    chosen: board.cy.elements(":selected").map((item) => item.id()),
    opened: board.opened ?? null,
  };
  const text = JSON.stringify(said);
  if (text === board.told) return;
  board.told = text;
  board.telling = Math.max(board.telling + 1, Date.now());
  board.component.setStateValue("said", { ...said, telling: board.telling });
}

function isOurs(board, nodes) {
  if (!board.editable) {
    say(board, "This drawing can be looked at, not changed");
    return false;
  }
  const locked = nodes.filter((node) => node?.locked);
  if (locked.length)
    say(board, `${namesOf(locked)}: not written in this file; change it where it comes from`);
  return !locked.length;
}

function addPart(board, what, place) {
  if (!isOurs(board, [])) return;
  const { model } = board;
  const name = freeName(model, what.stem);
  const box = place ? boxAt(model, place) : chosenBox(board);
  const into = box && !box.locked && fitsInto(what, box) ? box : null;
  const add = what.type === "service" ? { do: "add_service", name } : addStep(what, name, into);
  const id = `${what.type}:${name}`;
  const steps = [add];
  if (!(into && what.type === "domain")) steps.push(standing(board, what, id, place, into));
  const next = what.type === "domain" ? "F2 renames it." : "F2 renames it, C connects it.";
  act(board, steps, `Added ${name}${into ? ` into ${into.name}` : ""}. ${next}`);
  choose(board, id, { quiet: true });
  board.parts.stage.focus({ preventScroll: true });
}

function addStep(what, name, into) {
  const where = into ? into.name : null;
  if (what.type === "domain") return { do: "add_domain", name, level: what.level, into: where };
  return { do: "add", name, role: what.role, into: where };
}

// A group never stands in a box, its replicas do: so it stands beside the box it was dropped on.
function standing(board, what, id, place, into) {
  const size = SIZES[what.type];
  const middle = { x: board.parts.floor.clientWidth / 2, y: board.parts.floor.clientHeight / 2 };
  const near = current(board);
  const below =
    near && isGroup(near) ? { x: near.x, y: near.y + size.h + ROWS } : placeInModel(board, middle);
  const beside = what.type === "domain" ? (besideAll(board.model, size) ?? below) : below;
  const wanted = into ? { x: into.x, y: into.y - into.h / 2 - size.h } : (place ?? beside);
  const { x, y } = freeSpot(board.model, wanted, size);
  return moveTo({ [id]: { x, y } }, true);
}

// A move that is joined to the operation before it: one undo takes back both.
function moveTo(places, joined = false) {
  const rounded = Object.entries(places).map(([id, at]) => [id, [at.x, at.y].map(Math.round)]);
  const step = { do: "move", places: Object.fromEntries(rounded) };
  return joined ? { ...step, joined } : step;
}

// Boxes stand below one another, at the right of all groups.
function besideAll(model, size) {
  const nodes = [...model.nodes.values()];
  const boxes = nodes.filter((node) => node.type === "domain" && !node.parent);
  const lowest = boxes.sort((one, other) => other.y + other.h / 2 - one.y - one.h / 2)[0];
  if (lowest)
    return {
      x: lowest.x - lowest.w / 2 + size.w / 2,
      y: lowest.y + lowest.h / 2 + size.h / 2 + 21,
    };
  if (!nodes.length) return null;
  const right = Math.max(...nodes.map((node) => node.x + node.w / 2));
  const top = Math.min(...nodes.map((node) => node.y - node.h / 2));
  return { x: right + 60 + size.w / 2, y: top + size.h / 2 };
}

function chosenBox(board) {
  const node = current(board);
  return node?.type === "domain" ? node : null;
}

function fitsInto(what, box) {
  if (what.type === "service") return false;
  if (what.type !== "domain") return true;
  const width = (level) => LEVELS_FROM_WIDE.indexOf(level) + 1 || 9;
  return width(box.level) < width(what.level);
}

// Why two things cannot be connected, or null where they can.
function obstacle(board, from, to) {
  if (!from || !to || !isGroup(from) || !isGroup(to))
    return "Only services and components are connected";
  if (from === to) return `${from.name} cannot need itself`;
  const there = edgesAt(board.model, from.id).some(
    (edge) => edge.from === from.id && edge.to === to.id,
  );
  return there ? `${from.name} is connected to ${to.name} already` : null;
}

function connect(board, fromId, toId) {
  const { model } = board;
  const [from, to] = [fromId, toId].map((id) => groupOf(model, model.nodes.get(id) ?? {}));
  const reason = obstacle(board, from, to);
  if (reason) return say(board, reason);
  if (!isOurs(board, [from])) return undefined;
  act(
    board,
    [{ do: "connect", from: from.name, to: to.name }],
    `${from.name} needs ${to.name} now`,
  );
  return undefined;
}

function removeChosen(board) {
  const { model } = board;
  const [nodes, edges] = [chosenNodes(board), chosenEdges(board)];
  const kept = edges.find((edge) => CONNECTIONS[edge.kind]?.setBy);
  if (!nodes.length && !edges.length) return say(board, "Nothing selected");
  if (kept)
    return say(board, `${edgeWords(model, kept)}: \`${CONNECTIONS[kept.kind].setBy}\` says so`);
  if (!isOurs(board, [...nodes, ...edges.map((edge) => model.nodes.get(edge.from))])) {
    return undefined;
  }
  const next = nextAfter(board, nodes);
  const removed = namesAndEdges(model, nodes, edges).join(", ");
  act(board, removals(model, nodes, edges), `Removed ${removed}. Ctrl+Z brings it back.`);
  if (next && model.nodes.has(next)) choose(board, next, { quiet: true });
  return undefined;
}

// Connections first, then replicas that leave a box, then whole things with all that is theirs.
function removals(model, nodes, edges) {
  const things = nodes.filter((node) => node.type !== "member");
  const gone = new Set(things.map((node) => node.id));
  const members = nodes.filter((node) => node.type === "member" && !gone.has(node.group));
  return [
    ...edges.map(({ from, to }) => ({
      do: "disconnect",
      from: nameOf(model, from),
      to: nameOf(model, to),
    })),
    ...members.map(({ name, parent }) => ({
      do: "drop",
      name,
      into: null,
      from: nameOf(model, parent),
    })),
    ...(things.length ? [{ do: "delete", names: things.map((node) => node.name) }] : []),
  ];
}

function namesAndEdges(model, nodes, edges) {
  const told = (edge) => `that ${edgeWords(model, { ...edge, findings: [] })}`;
  return [...nodes.map((node) => node.name), ...edges.map(told)];
}

function nextAfter(board, nodes) {
  const order = readingOrder(board.model);
  const at = order.indexOf(nodes[0]);
  return at < 0 ? null : (order[at - 1] ?? order[at + 1])?.id;
}

function copyChosen(board, names = namesToCopy(board)) {
  const known = names.map((name) => thingNamed(board.model, name)).filter(Boolean);
  if (!known.length) return say(board, "Nothing to copy");
  if (!isOurs(board, [])) return undefined;
  const before = new Set(board.model.nodes.keys());
  act(board, [{ do: "copy", names: known.map((node) => node.name) }], `Copied ${namesOf(known)}`);
  const made = [...board.model.nodes.values()].filter(
    (node) => !before.has(node.id) && node.type !== "member",
  );
  act(board, [moveTo(Object.fromEntries(made.map((node) => [node.id, node])), true)]);
  made.forEach((node, at) => choose(board, node.id, { more: at > 0, quiet: true }));
  return undefined;
}

function namesToCopy(board) {
  const groups = chosenNodes(board).map((node) => groupOf(board.model, node));
  return [...new Set(groups.map((node) => node.name))];
}

function keepForPaste(board) {
  board.clipping = namesToCopy(board);
  say(
    board,
    board.clipping.length
      ? `${board.clipping.join(", ")} ready to paste: Ctrl+V`
      : "Nothing selected",
  );
}

function undo(board) {
  if (!isOurs(board, [])) return;
  if (turnsOf(board.outbox, board.component.data).past) act(board, [{ do: "undo" }], "Undone");
  else say(board, "Nothing to undo");
}

function redo(board) {
  if (!isOurs(board, [])) return;
  if (turnsOf(board.outbox, board.component.data).future) act(board, [{ do: "redo" }], "Done again");
  else say(board, "Nothing to redo");
}

function tidy(board) {
  if (isOurs(board, [])) act(board, [{ do: "tidy" }], "Laid out anew");
}

// Whether something changed: it fell on another box than its own, and may be there.
function drop(board, node, box, at = null) {
  const { model } = board;
  const home = node.parent ? model.nodes.get(node.parent) : null;
  const group = groupOf(model, node);
  if (box === home || !isOurs(board, [group])) return false;
  if (box && node.type === "service") {
    say(
      board,
      "A service is what users see: it is not in a place. Drop the components that serve it.",
    );
    return false;
  }
  const step = { do: "drop", name: group.name, into: box?.name ?? null, from: home?.name ?? null };
  // A box that leaves another one stands where it was let go.
  const stays = node.type === "domain" && !box && at;
  const steps = stays ? [step, moveTo({ [node.id]: at }, true)] : [step];
  act(board, steps, dropWords(node, group, box, home));
  return true;
}

function dropWords(node, group, box, home) {
  if (node.type === "domain")
    return box
      ? `${node.name} is inside ${box.name} now`
      : `${node.name} is outside ${home.name} now`;
  if (!box) return `${group.name} is no longer in ${home.name}`;
  return home
    ? `One of ${group.name} went from ${home.name} to ${box.name}`
    : `${group.name} is in ${box.name} too now`;
}
