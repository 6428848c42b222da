// Names of evidence in Chinese. What is not in here is a piece of the line itself, or a name that a
// newer model has: it is shown as it is.

const NAMES = {
  constant: "常数",
  window: "最强十字窗口",
  saturation: "分数饱和",
  terms: "词条数",
  "term length": "词条长度",
  "shared prefixes": "词条开头相同",
  repetition: "重复",
  "script mismatch": "简繁与页面不符",
  "off topic": "与页面无关",
  "on topic": "与页面相关",
  neighbours: "邻近各行",
  "first line": "首行",
  "last line": "末行",
  "same first line": "本站其他页面首行相同",
  inside: "字在片段内",
  "surely inside": "确在片段内的字",
  weakest: "最弱的字",
  strongest: "最强的字",
  begins: "片段起点",
  ends: "片段终点",
  "sure beginning": "起点明确",
  "sure end": "终点明确",
  length: "长度",
  "one character": "仅一字",
  "two characters": "仅两字",
  "long inside": "片段较长",
  "known words": "已知垃圾词",
  recurs: "在页面中重复",
  "recurs inside": "在片段中重复",
  "part recurs": "部分重复",
  "found again": "别处再次发现",
  "other spans": "页面其他片段",
  "edge before": "前有边界",
  "edge after": "后有边界",
  edges: "两侧有边界",
  "within words": "截断词语",
  closes: "去掉后文字接得上",
  "joined pair": "去掉后相接的两字",
  "pair before": "前侧相邻两字",
  "pair after": "后侧相邻两字",
  "whole line": "占整行",
  "known line": "已知的行",
  title: "标题",
  hanzi: "汉字比例",
  "line start": "在行首",
  "line end": "在行尾",
  echo: "与已判片段相同",
  "echo inside": "相同片段的分数",
  figures: "数字",
  "stands apart": "独立成段",
  "stands amid": "夹在文中",
  company: "同页最强片段",
};

// A name of evidence in the language of the page; pieces of the line stay as they are.
export function evidenceName(feature, language) {
  if (language !== "zh") return feature;
  const bare = /^\((.+)\)$/.exec(feature);
  if (bare) return bare[1] in NAMES ? `(${NAMES[bare[1]]})` : feature;
  return feature;
}

// The same for spans, whose evidence has names only.
export function spanEvidenceName(feature, language) {
  return language === "zh" ? (NAMES[feature] ?? feature) : feature;
}
