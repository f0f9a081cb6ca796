// What is written on the drawing: names, remarks, signs, marks. It lies above Cytoscape's canvas
// and is drawn anew each time that one is, from the same places. Only `fillText` writes names.

function inkAll(board) {
  const ink = inkContext(board);
  board.names = []; // over everything else
  const zoom = board.cy.zoom();
  for (const edge of board.cy.edges()) inkEdge(board, ink, edge, zoom);
  const nodes = board.cy.nodes().sort((one, other) => one.data("level") - other.data("level"));
  for (const drawn of nodes) {
    const node = board.model.nodes.get(drawn.id());
    const frame = frameOf(board, drawn, zoom);
    if (node && isSeen(board, frame)) inkNode(board, ink, node, frame, zoom);
  }
  for (const inkName of board.names) inkName();
  inkBands(board, ink);
}

function inkContext(board) {
  const { ink, floor } = board.parts;
  const scale = window.devicePixelRatio || 1;
  const [width, height] = [floor.clientWidth, floor.clientHeight];
  if (ink.width !== Math.round(width * scale) || ink.height !== Math.round(height * scale)) {
    ink.width = Math.round(width * scale);
    ink.height = Math.round(height * scale);
  }
  const context = ink.getContext("2d");
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

// The place of a node on the screen: its middle, and its size.
function frameOf(board, drawn, zoom = board.cy.zoom()) {
  const at = drawn.renderedPosition();
  return { x: at.x, y: at.y, w: drawn.data("w") * zoom, h: drawn.data("h") * zoom };
}

function isSeen(board, frame) {
  const { clientWidth, clientHeight } = board.parts.floor;
  const isNear = (at, size, room) => at + size / 2 > -20 && at - size / 2 < room + 20;
  return isNear(frame.x, frame.w, clientWidth) && isNear(frame.y, frame.h, clientHeight);
}

function inkNode(board, ink, node, frame, zoom) {
  if (node.type === "domain") inkBox(board, ink, node, frame, zoom);
  else if (node.type === "member") inkMember(board, ink, node, frame, zoom);
  else inkCard(board, ink, node, frame, zoom);
  inkMark(board, ink, board.marks[node.id], frame, zoom);
  inkFindings(board, ink, node, { x: frame.x + frame.w / 2, y: frame.y - frame.h / 2 }, zoom);
}

function inkCard(board, ink, node, frame, zoom) {
  const { theme } = board;
  const pad = (node.type === "service" ? 18 : 12) * zoom;
  const hasSign = frame.w > 74;
  const signSize = Math.min(22 * zoom, frame.h - 4);
  if (frame.w < 44) {
    if (frame.h > 8) drawSign(ink, signOf(node), frame, Math.min(frame.h - 2, 18), theme.muted);
    return;
  }
  const left = frame.x - frame.w / 2 + pad + (hasSign ? signSize + 10 * zoom : 0);
  const width = frame.x + frame.w / 2 - Math.min(pad, 8) - left;
  if (hasSign) {
    const place = { x: frame.x - frame.w / 2 + pad + signSize / 2, y: frame.y };
    drawSign(
      ink,
      signOf(node),
      place,
      signSize,
      node.type === "service" ? theme.usersEdge : theme.muted,
    );
  }
  const remarks = node.says && zoom >= 0.62;
  const lift = remarks ? 8.5 * zoom : 0;
  const { text, font, muted } = theme;
  write(
    ink,
    node.name,
    { x: left, y: frame.y - lift },
    { size: letterSize(13.5, zoom), weight: 600, colour: text, width, font },
  );
  if (remarks)
    write(
      ink,
      node.says,
      { x: left, y: frame.y + lift },
      { size: letterSize(11.5, zoom, LEAST_REMARK), colour: muted, width, font },
    );
  if (node.locked) inkLock(board, ink, frame, zoom);
}

// A part that another file brought: a corner turned down.
function inkLock(board, ink, frame, zoom) {
  const size = 12 * zoom;
  const [right, bottom] = [frame.x + frame.w / 2 - 2, frame.y + frame.h / 2 - 2];
  ink.fillStyle = board.theme.edge;
  ink.beginPath();
  ink.moveTo(right, bottom - size);
  ink.lineTo(right - size, bottom);
  ink.lineTo(right, bottom);
  ink.fill();
}

function inkMember(board, ink, node, frame, zoom) {
  const { theme } = board;
  if (frame.w < 30 || frame.h < LEAST_LETTER - 1.5) return;
  const count = `×${node.count ?? 1}`;
  const size = letterSize(12, zoom);
  const hasCount = frame.w > 58;
  const inset = frame.w > 80 ? 28 * zoom : 4;
  if (frame.w > 80) {
    const place = { x: frame.x - frame.w / 2 + 15 * zoom, y: frame.y };
    drawSign(ink, signOf(node), place, 15 * zoom, theme.muted);
  }
  const left = frame.x - frame.w / 2 + inset;
  const right = frame.x + frame.w / 2 - 8 * zoom;
  const width = right - left - (hasCount ? size * 1.9 : 0);
  const { text, muted, font } = theme;
  write(ink, node.name, { x: left, y: frame.y }, { size, weight: 500, colour: text, width, font });
  if (hasCount)
    write(
      ink,
      count,
      { x: right, y: frame.y },
      { size, weight: 600, colour: muted, width: 40, font, align: "right" },
    );
}

// From far away there is no room for a heading: the innermost boxes are named like places on a map.
function inkBoxName(board, ink, node, frame) {
  const { theme } = board;
  const isOuter = insideOf(board.model, node.id).some((inner) => inner.type === "domain");
  if (isOuter || frame.h < 18) return;
  ink.font = `700 12px ${theme.font}`;
  const name = cut(ink, node.name, frame.w - 12);
  const width = ink.measureText(name).width + 12;
  board.names.push(() => {
    ink.fillStyle = theme.card;
    ink.globalAlpha = 0.85;
    ink.fillRect(frame.x - width / 2, frame.y - 9, width, 18);
    ink.globalAlpha = 1;
    const style = { size: 12, weight: 700, colour: theme.text, width, font: theme.font };
    write(ink, name, frame, { ...style, align: "center" });
  });
}

function inkBox(board, ink, node, frame, zoom) {
  const { theme } = board;
  if (frame.w < 34) return;
  const size = letterSize(12.5, zoom);
  const signSize = 14 * zoom;
  const hasSign = signSize >= 10 && frame.w > 90;
  if (BOX.head * zoom < size) return inkBoxName(board, ink, node, frame);
  const y = frame.y - frame.h / 2 + (BOX.head / 2) * zoom + 1;
  let left = frame.x - frame.w / 2 + 12 * zoom;
  if (hasSign) {
    drawSign(ink, signOf(node), { x: left + signSize / 2, y }, signSize, theme.muted);
    left += signSize + 7 * zoom;
  }
  const width = frame.x + frame.w / 2 - left - 8 * zoom;
  write(
    ink,
    node.name,
    { x: left, y },
    { size, weight: 600, colour: theme.text, width, font: theme.font },
  );
  const taken = ink.measureText(cut(ink, node.name, width)).width + 7 * zoom;
  const level = node.says || node.level || "";
  if (width - taken > 30) {
    write(
      ink,
      level,
      { x: left + taken, y },
      { size: letterSize(11, zoom), colour: theme.muted, width: width - taken, font: theme.font },
    );
  }
}

// Heat is a bar as well as a colour; a phase is a word as well as a rim.
function inkMark(board, ink, mark, frame, zoom) {
  if (!mark || frame.w < 24) return;
  const { theme } = board;
  if (mark.heat !== undefined) {
    const width = Math.max(0, frame.w - 12 * zoom);
    const place = [frame.x - width / 2, frame.y + frame.h / 2 - 6 * zoom];
    ink.fillStyle = theme.edge;
    ink.fillRect(...place, width, 3 * zoom);
    ink.fillStyle = theme.error;
    ink.fillRect(...place, width * Math.min(1, Math.max(0, mark.heat)), 3 * zoom);
  }
  const place = { x: frame.x - frame.w / 2 + 4, y: frame.y - frame.h / 2 - 6 };
  const end = mark.phase ? tag(board, ink, mark.phase, place, theme.phase(mark.phase)) : 0;
  const below = mark.label && { x: frame.x - frame.w / 2 + 4 + (end && end + 4), y: place.y };
  if (below && frame.w > 60) tag(board, ink, mark.label, below, theme.card, theme.text);
}

// A word on a small plate above the upper edge; the answer is how wide it became.
function tag(board, ink, text, place, fill, colour = board.theme.onSign) {
  const size = 11;
  ink.font = `600 ${size}px ${board.theme.font}`;
  const width = ink.measureText(text).width + 12;
  ink.beginPath();
  ink.roundRect(place.x, place.y - 9, width, 18, 9);
  ink.fillStyle = fill;
  ink.fill();
  ink.lineWidth = 1;
  ink.strokeStyle = colour === board.theme.onSign ? fill : board.theme.edge;
  ink.stroke();
  write(
    ink,
    text,
    { x: place.x + 6, y: place.y + 0.5 },
    { size, weight: 600, colour, width, font: board.theme.font },
  );
  return width;
}

function inkFindings(board, ink, item, corner, zoom) {
  const [first] = [...(item.findings ?? [])].sort((one) => (one.severity === "error" ? -1 : 1));
  if (!first) return;
  const isError = first.severity === "error";
  const radius = Math.max(7, 9 * Math.min(zoom, 1.3));
  const [x, y] = [corner.x - radius * 0.4, corner.y + radius * 0.4];
  ink.beginPath();
  if (isError) ink.arc(x, y, radius, 0, 2 * Math.PI);
  else triangle(ink, x, y, radius * 1.25);
  ink.fillStyle = isError ? board.theme.error : board.theme.warning;
  ink.fill();
  ink.lineWidth = 1.5;
  ink.strokeStyle = board.theme.background;
  ink.stroke();
  const place = { x, y: y + (isError ? 0.5 : radius * 0.2) };
  write(ink, "!", place, {
    size: radius * 1.45,
    weight: 800,
    colour: board.theme.onSign,
    width: 40,
    font: board.theme.font,
    align: "center",
  });
}

function triangle(ink, x, y, radius) {
  ink.moveTo(x, y - radius);
  ink.lineTo(x + radius, y + radius * 0.8);
  ink.lineTo(x - radius, y + radius * 0.8);
  ink.closePath();
}

// A connection says what it is unless it is a plain need; so do those of what is selected.
function inkEdge(board, ink, drawn, zoom) {
  const edge = board.model.edges.get(drawn.id());
  if (!edge) return;
  const middle = drawn.renderedMidpoint();
  inkFindings(board, ink, edge, middle, zoom);
  const mark = board.marks[edge.id];
  const isPointedAt = drawn.selected() || board.hover === edge.id;
  const word = mark?.label ?? (mark?.phase === "cut" ? "✕ cut" : null);
  const says = word ?? (isPointedAt || edge.kind !== "needs" ? CONNECTIONS[edge.kind]?.says : null);
  if (!says || (zoom < 0.6 && !isPointedAt && !word)) return;
  const { theme } = board;
  ink.font = `500 11px ${theme.font}`;
  const width = ink.measureText(says).width + 8;
  ink.fillStyle = theme.stage;
  ink.fillRect(middle.x - width / 2, middle.y - 8, width, 16);
  write(ink, says, middle, {
    size: 11,
    weight: 500,
    colour: word ? theme.error : theme.muted,
    width,
    font: theme.font,
    align: "center",
  });
}

// The line that follows the pointer or the choice while something is being connected.
function inkBands(board, ink) {
  const band = board.band;
  if (!band) return;
  const from = board.cy.getElementById(band.from);
  if (from.empty()) return;
  ink.beginPath();
  const start = from.renderedPosition();
  ink.moveTo(start.x, start.y);
  ink.lineTo(band.to.x, band.to.y);
  ink.lineWidth = 2.5;
  ink.setLineDash([7, 5]);
  ink.strokeStyle = board.theme.primary;
  ink.stroke();
  ink.setLineDash([]);
  ink.beginPath();
  ink.arc(band.to.x, band.to.y, 5, 0, 2 * Math.PI);
  ink.fillStyle = board.theme.primary;
  ink.fill();
}
