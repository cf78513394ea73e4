//! The pictures of the docs, each for a light and for a dark page: the recorded stampede, and the way of one token.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::paths;
use crate::stampede::Record;

mod canvas;
mod stampede;
mod theme;
mod token;

use theme::{DARK, LIGHT};

/// The recorded run that README's figures are from.
const RECORD: &str = "docs/images/stampede.json";

/// Draws every picture into docs/images.
pub(crate) fn draw_all() -> Result<()> {
    for (path, text) in all()? {
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        println!("{}", path.display());
    }
    Ok(())
}

/// Each picture's path and text.
fn all() -> Result<Vec<(PathBuf, String)>> {
    let record = Record::read(&paths::repository(RECORD))?;
    let mut pictures = Vec::new();
    for (name, theme) in [("light", &LIGHT), ("dark", &DARK)] {
        let path = |picture| paths::repository(&format!("docs/images/{picture}-{name}.svg"));
        pictures.push((path("stampede"), stampede::draw(&record, theme)?));
        pictures.push((path("token"), token::draw(theme)?));
    }
    Ok(pictures)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pictures_in_the_docs_are_those_that_are_drawn_now() {
        for (path, text) in all().unwrap() {
            let there = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
            assert!(there == text, "{}: cargo run --release -p bench -- picture", path.display());
        }
    }

    #[test]
    fn the_readme_states_the_run_that_is_drawn() {
        let record = Record::read(&paths::repository(RECORD)).unwrap();
        let readme = fs::read_to_string(paths::repository("README.md")).unwrap();
        assert!(record.clients.iter().any(|client| client.gated));
        for client in &record.clients {
            let first = client.tokens.first().unwrap();
            let row = format!(
                "| {} | {} | {} | {} | {first:.1} s | {:.1} s |",
                client.name,
                client.tokens.len(),
                client.failures.len(),
                client.refused(),
                client.end()
            );
            assert!(readme.lines().any(|line| line == row), "{row}");
        }
        assert!(readme.contains(&format!("{:.1} s", record.allowed_seconds)));
    }
}
