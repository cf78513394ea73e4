//! Reads a module manifest as it is written here: one name and its value a line, text in single quotes, lists in `@( )`.

use anyhow::{Context, Result, bail};

/// The text of a manifest.
pub(crate) struct Manifest<'a>(pub(crate) &'a str);

impl Manifest<'_> {
    /// A value that is one text.
    pub(crate) fn text(&self, name: &str) -> Result<String> {
        let [value] = self.list(name)?.try_into().map_err(|_| anyhow::anyhow!("{name} is not one text"))?;
        Ok(value)
    }

    /// All texts of a value.
    pub(crate) fn list(&self, name: &str) -> Result<Vec<String>> {
        let value = self.value(name)?;
        let value = match value.strip_prefix("@(") {
            Some(list) => list.split_once(')').with_context(|| format!("the list {name} does not end"))?.0,
            None => value.lines().next().unwrap_or_default(),
        };
        let quoted = value.replace("''", "\u{0}");
        let mut parts = quoted.split('\'');
        let mut found = Vec::new();
        while let (Some(_between), Some(text)) = (parts.next(), parts.next()) {
            found.push(text.replace('\u{0}', "'"));
        }
        Ok(found)
    }

    /// The manifest with another text for a name that has one.
    pub(crate) fn with(&self, name: &str, text: &str) -> Result<String> {
        let value = self.value(name)?;
        let start = self.0.len() - value.len();
        let end = start + value.find('\n').unwrap_or(value.len());
        Ok(format!("{}'{}'{}", &self.0[..start], text.replace('\'', "''"), &self.0[end..]))
    }

    /// What follows the name's equals sign, up to the end of the manifest.
    fn value(&self, name: &str) -> Result<&str> {
        let mut at = 0;
        let mut found = None;
        for line in self.0.split_inclusive('\n') {
            if let Some((left, right)) = line.split_once('=')
                && left.trim() == name
            {
                let skipped = line.len() - right.trim_start().len();
                if found.replace(at + skipped).is_some() {
                    bail!("the manifest has {name} twice");
                }
            }
            at += line.len();
        }
        found.map(|start| &self.0[start..]).with_context(|| format!("the manifest has no {name}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "@{\n    Name  = 'it''s here'\n    Empty = @()\n    List  = @(\n        'one'\n        'two'\n    )\n    \
                        Tags = @('a', 'b')\n    ModuleVersion = '0.0.0'\n}\n";

    #[test]
    fn texts_and_lists_are_read() {
        let manifest = Manifest(TEXT);
        assert_eq!(manifest.text("Name").unwrap(), "it's here");
        assert_eq!(manifest.list("List").unwrap(), ["one", "two"]);
        assert_eq!(manifest.list("Tags").unwrap(), ["a", "b"]);
        assert_eq!(manifest.list("Empty").unwrap(), [""; 0]);
    }

    #[test]
    fn a_text_is_replaced_where_it_stands() {
        let changed = Manifest(TEXT).with("ModuleVersion", "1.2.3").unwrap();
        assert_eq!(changed, TEXT.replace("0.0.0", "1.2.3"));
    }

    #[test]
    fn what_is_missing_or_doubled_is_refused() {
        assert!(Manifest(TEXT).text("Absent").is_err());
        assert!(Manifest(TEXT).text("Tags").is_err());
        assert!(Manifest("A = '1'\nA = '2'\n").text("A").is_err());
    }
}
