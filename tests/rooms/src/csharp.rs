//! What a file of C# declares and names: read word by word, without comments and without what strings say. What stands in the
//! braces of an interpolated string is code.

use std::collections::BTreeSet;

/// A file of C#.
pub(crate) struct Source {
    /// The types that it declares, without those within others.
    pub(crate) types: BTreeSet<String>,
    /// Every word in it.
    pub(crate) words: BTreeSet<String>,
}

impl Source {
    pub(crate) fn read(text: &str) -> Self {
        let mut reader = Reader { rest: text, tokens: Vec::new() };
        reader.code(false);
        let words = reader.tokens.iter().filter(|token| token.starts_with(is_word));
        Self {
            types: types(&reader.tokens),
            words: words.map(|word| (*word).trim_start_matches('@').to_owned()).collect(),
        }
    }
}

/// The names after `class` and the like, where no braces but a namespace's are open.
fn types(tokens: &[&str]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = Vec::new();
    let mut in_namespace_line = false;
    for (index, token) in tokens.iter().enumerate() {
        let follows = |step: usize| tokens.get(index + step).copied().unwrap_or_default();
        let is_outermost = open.iter().all(|is_namespace| *is_namespace);
        match *token {
            "namespace" => in_namespace_line = true,
            ";" => in_namespace_line = false,
            "{" => open.push(std::mem::take(&mut in_namespace_line)),
            "}" => drop(open.pop()),
            // `where T : class` declares nothing.
            "class" | "struct" | "interface" | "enum" | "record"
                if is_outermost
                    && index.checked_sub(1).is_none_or(|before| !matches!(tokens[before], ":" | ",")) =>
            {
                let name = if matches!(follows(1), "class" | "struct") { follows(2) } else { follows(1) };
                found.insert(name.to_owned());
            }
            "delegate" if is_outermost => {
                let line = tokens[index..].iter().take_while(|token| **token != "(");
                found.extend(line.last().map(|name| (*name).to_owned()));
            }
            _ => {}
        }
    }
    found
}

fn is_word(sign: char) -> bool {
    sign.is_alphanumeric() || matches!(sign, '_' | '@')
}

struct Reader<'a> {
    rest: &'a str,
    tokens: Vec<&'a str>,
}

impl<'a> Reader<'a> {
    /// Reads to the end, or to the brace that ends a hole in a string.
    fn code(&mut self, in_hole: bool) {
        let mut open = 0;
        while let Some(sign) = self.rest.chars().next() {
            let string = self.rest.trim_start_matches(['$', '@']);
            let marks = &self.rest[..self.rest.len() - string.len()];
            if self.rest.starts_with("//") || self.rest.starts_with('#') {
                self.skip_past("\n");
            } else if self.rest.starts_with("/*") {
                self.skip_past("*/");
            } else if string.starts_with('"') {
                self.rest = string;
                self.string(marks);
            } else if sign == '\'' {
                self.rest = &self.rest[1..];
                self.quoted('\'', true, false);
            } else if is_word(sign) {
                let length = self.rest.find(|sign| !is_word(sign)).unwrap_or(self.rest.len());
                self.take(length);
            } else if sign.is_whitespace() {
                self.rest = &self.rest[sign.len_utf8()..];
            } else {
                match sign {
                    '{' => open += 1,
                    '}' if in_hole && open == 0 => return,
                    '}' => open -= 1,
                    _ => {}
                }
                self.take(sign.len_utf8());
            }
        }
    }

    fn take(&mut self, length: usize) {
        let (token, rest) = self.rest.split_at(length);
        self.tokens.push(token);
        self.rest = rest;
    }

    fn skip_past(&mut self, end: &str) {
        self.rest = self.rest.split_once(end).map_or("", |(_, rest)| rest);
    }

    /// A string from its first quote on, whose marks have been read.
    fn string(&mut self, marks: &str) {
        let (has_escapes, dollars) = (!marks.contains('@'), marks.matches('$').count());
        let quotes = self.rest.len() - self.rest.trim_start_matches('"').len();
        if quotes >= 3 && has_escapes {
            self.raw(quotes, dollars);
        } else {
            self.rest = &self.rest[1..];
            self.quoted('"', has_escapes, dollars > 0);
        }
    }

    /// A raw string, which as many quotes end as begin it, and whose holes have as many braces as it has dollars.
    fn raw(&mut self, quotes: usize, dollars: usize) {
        let end = &self.rest[..quotes];
        let (hole, hole_end) = ("{".repeat(dollars), "}".repeat(dollars));
        self.rest = &self.rest[quotes..];
        while let Some(sign) = self.rest.chars().next() {
            if let Some(rest) = self.rest.strip_prefix(end) {
                self.rest = rest;
                return;
            }
            if let Some(rest) = self.rest.strip_prefix(&hole).filter(|_| dollars > 0) {
                self.rest = rest;
                self.code(true);
                self.rest = self.rest.strip_prefix(&hole_end).unwrap_or(self.rest);
            } else {
                self.rest = &self.rest[sign.len_utf8()..];
            }
        }
    }

    fn quoted(&mut self, end: char, has_escapes: bool, has_holes: bool) {
        while let Some(sign) = self.rest.chars().next() {
            let doubled = self.rest[sign.len_utf8()..].starts_with(sign);
            self.rest = &self.rest[sign.len_utf8()..];
            match sign {
                '\\' if has_escapes => {
                    let escaped = self.rest.chars().next().map_or(0, char::len_utf8);
                    self.rest = &self.rest[escaped..];
                }
                '"' if !has_escapes && doubled => self.rest = &self.rest[1..],
                '{' if has_holes && doubled => self.rest = &self.rest[1..],
                '{' if has_holes => {
                    self.code(true);
                    self.rest = self.rest.strip_prefix('}').unwrap_or(self.rest);
                }
                sign if sign == end => return,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Source;

    fn words(text: &str) -> Vec<String> {
        Source::read(text).words.into_iter().collect()
    }

    fn types(text: &str) -> Vec<String> {
        Source::read(text).types.into_iter().collect()
    }

    #[test]
    fn comments_and_strings_and_directives_are_no_code() {
        let text = "a // x\n/* x \n x */ b '\"' c \"x \\\" x\" d @\"x \"\" x\\\" e\n#if x\nf '\\'' g \"\"\"x \" x\"\"\" h";
        assert_eq!(words(text), ["a", "b", "c", "d", "e", "f", "g", "h"]);
    }

    #[test]
    fn holes_of_strings_are_code() {
        assert_eq!(words("$\"x {a} {{x}} {b(\"x\", $@\"x\\{c}\")} x\" d"), ["a", "b", "c", "d"]);
        assert_eq!(words("$$\"\"\"x {x} {{a}} \" x\"\"\" b"), ["a", "b"]);
    }

    #[test]
    fn types_are_those_that_stand_in_no_other() {
        assert_eq!(
            types("namespace N; class A<T> where T : class { class X { } enum Y { } } enum B { }"),
            ["A", "B"]
        );
        assert_eq!(
            types("namespace N { record struct A(int x); delegate int B(int x); } interface C { }"),
            ["A", "B", "C"]
        );
    }
}
