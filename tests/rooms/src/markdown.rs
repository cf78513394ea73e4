//! A Markdown file as GitHub shows it: its links, the anchors of its headings, the words of its prose.

use std::collections::HashSet;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// What is checked of a Markdown file.
#[derive(Debug, Default)]
pub struct Document {
    /// Targets of links and images, those in HTML included, in the order of the text.
    pub links: Vec<String>,
    /// The anchor of each heading, as GitHub makes them, and those that HTML names.
    pub anchors: HashSet<String>,
    /// Words outside of tables, code and HTML.
    pub words: usize,
}

impl Document {
    /// Reads a file's text.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut document = Self::default();
        let (mut heading, mut skipped) = (None::<String>, 0_usize);
        for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
            match event {
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    document.links.push(dest_url.into_string());
                }
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => {
                    let slug = slug(&heading.take().unwrap_or_default());
                    document.add_anchor(slug);
                }
                Event::Start(Tag::Table(_) | Tag::CodeBlock(_)) => skipped += 1,
                Event::End(TagEnd::Table | TagEnd::CodeBlock) => skipped -= 1,
                Event::Html(html) | Event::InlineHtml(html) => document.read_html(&html),
                Event::Code(code) => {
                    if let Some(heading) = &mut heading {
                        heading.push_str(&code);
                    }
                }
                Event::Text(text) => {
                    if let Some(heading) = &mut heading {
                        heading.push_str(&text);
                    }
                    if skipped == 0 {
                        document.words += text.split_whitespace().filter(|word| is_word(word)).count();
                    }
                }
                _ => {}
            }
        }
        document
    }

    /// A slug that is there already gets the number of its repetition.
    fn add_anchor(&mut self, slug: String) {
        let numbered = (1..).map(|number| format!("{slug}-{number}"));
        let free =
            std::iter::once(slug.clone()).chain(numbered).find(|anchor| !self.anchors.contains(anchor));
        self.anchors.extend(free);
    }

    fn read_html(&mut self, html: &str) {
        for (name, value) in attributes(html) {
            match name {
                "href" | "src" | "srcset" => self.links.push(value.to_owned()),
                "id" | "name" => self.anchors.extend([value.to_owned()]),
                _ => {}
            }
        }
    }
}

fn is_word(text: &str) -> bool {
    text.contains(char::is_alphanumeric)
}

/// GitHub's anchor of a heading: lower case, without punctuation, each space a hyphen.
fn slug(heading: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    heading.trim().to_lowercase().chars().filter(kept).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// The attributes of HTML whose values stand in double quotes.
fn attributes(html: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = html;
    std::iter::from_fn(move || {
        let (before, after) = rest.split_once("=\"")?;
        let (value, after) = after.split_once('"')?;
        rest = after;
        let name = before.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '-').next().unwrap_or_default();
        Some((name, value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_those_of_github() {
        for (heading, expected) in [
            ("The gate's files", "the-gates-files"),
            (
                "Constrained Language Mode, AppLocker, App Control (WDAC)",
                "constrained-language-mode-applocker-app-control-wdac",
            ),
            ("`TOLLGATE_PWSH` and 32-bit -- both", "tollgate_pwsh-and-32-bit----both"),
        ] {
            let document = Document::parse(&format!("## {heading}\n"));
            assert!(document.anchors.contains(expected), "{:?}", document.anchors);
        }
    }

    #[test]
    fn a_heading_that_comes_again_has_a_number() {
        let anchors = Document::parse("# Same\n\n## Same\n\n## Same\n").anchors;
        assert_eq!(anchors, ["same", "same-1", "same-2"].map(str::to_owned).into());
    }

    #[test]
    fn links_of_markdown_and_of_html_are_found_and_those_in_code_are_not() {
        let text = "[a](b.md#c) ![d](e.svg)\n\n<picture><source srcset=\"f.svg\"><img src=\"g.svg\"></picture>\n\n\
                    `[no](no.md)`\n\n    [no](no.md)\n\n| [h](i.md) |\n|---|\n| [j][k] |\n\n[k]: l.md\n";
        assert_eq!(Document::parse(text).links, ["b.md#c", "e.svg", "f.svg", "g.svg", "i.md", "l.md"]);
    }

    #[test]
    fn words_are_those_of_prose() {
        let text =
            "# One two\n\nThree [four](x.md) - five `no`.\n\n    no\n\n| no |\n|---|\n| no |\n\n<b>six</b>\n";
        assert_eq!(Document::parse(text).words, 6);
    }
}
