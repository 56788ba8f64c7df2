//! A document as one page of HTML: its style inside, nothing loaded, made to be printed too.

use super::{Block, EXERCISE, one_line};

const STYLE: &str = "\
:root{color-scheme:light dark}\
body{font:16px/1.5 system-ui,sans-serif;max-width:62rem;margin:0 auto;padding:1rem}\
.exercise{border:2px solid;padding:.3rem;text-align:center;font-weight:700;letter-spacing:.1em}\
table{border-collapse:collapse;width:100%;margin:.5rem 0}\
th,td{border-bottom:1px solid #8888;padding:.25rem .5rem;text-align:left;vertical-align:top}\
h2{margin-top:2rem}\
@media print{body{font-size:11px;max-width:none}tr,li{break-inside:avoid}}";

pub(super) fn page(title: &str, blocks: &[Block]) -> String {
    let title = escaped(title);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>EXERCISE {title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<p class=\"exercise\">{EXERCISE}</p>\n<h1>{title}</h1>\n"
    );
    for block in blocks {
        match block {
            Block::Heading(words) => out.push_str(&format!("<h2>{}</h2>\n", escaped(words))),
            Block::Paragraph(words) => out.push_str(&format!("<p>{}</p>\n", escaped(words))),
            Block::List(items) => {
                out.push_str("<ul>\n");
                items.iter().for_each(|item| out.push_str(&format!("<li>{}</li>\n", escaped(item))));
                out.push_str("</ul>\n");
            }
            Block::Table { head, rows, .. } => {
                let cells = |tag: &str, cells: &mut dyn Iterator<Item = &str>| {
                    cells.map(|cell| format!("<{tag}>{}</{tag}>", escaped(cell))).collect::<String>()
                };
                out.push_str("<table>\n");
                out.push_str(&format!("<tr>{}</tr>\n", cells("th", &mut head.iter().copied())));
                for row in rows {
                    out.push_str(&format!("<tr>{}</tr>\n", cells("td", &mut row.iter().map(String::as_str))));
                }
                out.push_str("</table>\n");
            }
        }
    }
    out.push_str(&format!("<p class=\"exercise\">{EXERCISE}</p>\n</body>\n</html>\n"));
    out
}

fn escaped(words: &str) -> String {
    super::marks::html(&one_line(words))
}
