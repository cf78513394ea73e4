//! The modules of a crate, read from its files.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use syn::{Attribute, Item, Meta, Visibility};

use crate::imports::{Import, imports};

/// The place of a module within its crate: `["client", "retry"]`, and nothing for the root.
pub type ModulePath = Vec<String>;

/// A module: what it contains but tests, and what it imports by which name.
#[derive(Default)]
pub struct Module {
    /// What is written in it, without modules below it and without re-exports.
    pub items: Vec<Item>,
    /// The paths that names stand for here, as they are written.
    pub imports: BTreeMap<String, Vec<String>>,
    /// The paths whose names are all imported.
    pub globs: Vec<Vec<String>>,
}

/// A crate's modules by their place.
#[derive(Default)]
pub struct Crate {
    /// Each module by its place.
    pub modules: BTreeMap<ModulePath, Module>,
}

impl Crate {
    /// Reads a crate from its root file, `lib.rs` or `main.rs`.
    ///
    /// # Errors
    ///
    /// A file is missing or is no Rust.
    pub fn read(root: &Path) -> Result<Self> {
        let mut read = Self::default();
        let folder = root.parent().context("a root file is in a folder")?;
        read.add_file(root, folder, Vec::new())?;
        Ok(read)
    }

    fn add_file(&mut self, file: &Path, folder: &Path, place: ModulePath) -> Result<()> {
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        let parsed = syn::parse_file(&text).with_context(|| format!("{} is no Rust", file.display()))?;
        self.add(parsed.items, folder, place)
    }

    fn add(&mut self, items: Vec<Item>, folder: &Path, place: ModulePath) -> Result<()> {
        let mut module = Module::default();
        for item in items {
            if is_test(attributes(&item)) {
                continue;
            }
            match item {
                Item::Mod(inner) => {
                    let name = inner.ident.to_string();
                    let child = [place.clone(), vec![name.clone()]].concat();
                    match inner.content {
                        Some((_, items)) => self.add(items, &folder.join(&name), child)?,
                        None => {
                            self.add_file(&folder.join(format!("{name}.rs")), &folder.join(&name), child)?
                        }
                    }
                }
                Item::Use(import) => {
                    module.note_imports(&import.tree);
                    if matches!(import.vis, Visibility::Inherited) {
                        module.items.push(Item::Use(import));
                    }
                }
                other => module.items.push(other),
            }
        }
        self.modules.insert(place, module);
        Ok(())
    }
}

impl Module {
    fn note_imports(&mut self, tree: &syn::UseTree) {
        for import in imports(tree) {
            match import {
                Import::Name(name, path) => drop(self.imports.insert(name, path)),
                Import::Glob(path) => self.globs.push(path),
            }
        }
    }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        Meta::Path(path) => path.is_ident("test"),
        Meta::NameValue(_) => false,
    })
}
