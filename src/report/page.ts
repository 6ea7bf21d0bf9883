/** What every page of ours has around its parts: it is one file, loads nothing, runs nothing, and follows the theme of whoever reads it. */
import { html, type Markup } from "./markup.js";
import { STYLE } from "./style.js";

export interface Page {
  readonly title: string;
  readonly header: Markup;
  readonly main: Markup;
  readonly version: string;
}

export const pageOf = ({ title, header, main, version }: Page): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<header>${header}</header>
<main>
${main}
</main>
<footer>liefield ${version}</footer>
</body>
</html>
`.text;
