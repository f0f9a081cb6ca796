// Colours: Streamlit's own, read from its custom properties, and those that follow from them.

function themeOf(root) {
  const style = getComputedStyle(root);
  const read = (name, otherwise) => rgbOf(style.getPropertyValue(name).trim() || otherwise);
  const background = read("--st-background-color", "#ffffff");
  const text = read("--st-text-color", "#31333f");
  const primary = read("--st-primary-color", "#ff4b4b");
  const dark = brightness(background) < 128;
  const accent = dark ? [154, 168, 255] : [64, 84, 200];
  const mixed = (share, colour = text) => cssOf(mix(background, colour, share));
  return {
    dark,
    background: cssOf(background),
    text: cssOf(text),
    muted: mixed(0.7),
    faint: mixed(0.14),
    line: mixed(0.48),
    edge: mixed(dark ? 0.38 : 0.34),
    card: dark ? mixed(0.07) : mixed(0),
    stage: dark ? mixed(0) : mixed(0.025),
    primary: cssOf(primary),
    users: mixed(dark ? 0.16 : 0.08, accent),
    usersEdge: cssOf(accent),
    box: mixed(dark ? 0.06 : 0.035, dark ? [130, 175, 255] : [20, 80, 190]),
    boxEdge: mixed(dark ? 0.36 : 0.34, dark ? [130, 175, 255] : [20, 80, 190]),
    error: dark ? "#ff7b72" : "#c62f2f",
    warning: dark ? "#e3b341" : "#9a6700",
    onSign: dark ? "#101318" : "#ffffff",
    heat: (share) =>
      cssOf(mix(background, dark ? [214, 84, 40] : [240, 110, 50], 0.06 + 0.74 * share)),
    phase: (name) => (PHASES[name] ?? PHASES.masked)[dark ? 1 : 0],
    font: style.getPropertyValue("--st-font").trim() || "sans-serif",
  };
}

// The canvas understands every colour that CSS does, and says it in one of two forms.
function rgbOf(text) {
  const ink = document.createElement("canvas").getContext("2d");
  ink.fillStyle = text;
  const hex = /^#(..)(..)(..)$/.exec(ink.fillStyle);
  if (hex) return hex.slice(1).map((part) => parseInt(part, 16));
  return ink.fillStyle
    .match(/[\d.]+/g)
    .slice(0, 3)
    .map(Number);
}

function mix(from, to, share) {
  return from.map((value, at) => value + (to[at] - value) * share);
}

function cssOf(rgb) {
  return `rgb(${rgb.map((value) => Math.round(value)).join(",")})`;
}

function brightness([red, green, blue]) {
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}
