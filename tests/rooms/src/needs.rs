//! What each module of a crate needs: the modules that its imports and paths lead to.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

use crate::imports::{Import, imports};
use crate::modules::{Crate, ModulePath};

/// The modules that each module needs. Lines with `mod`, re-exports and tests do not count; what a child takes from its parent does.
pub fn needs(of: &Crate) -> BTreeMap<ModulePath, BTreeSet<ModulePath>> {
    let mut all = BTreeMap::new();
    for (place, module) in &of.modules {
        let mut paths = Paths::default();
        module.items.iter().for_each(|item| paths.visit_item(item));
        let led = paths.0.iter().filter_map(|path| of.resolve(place, path));
        all.insert(place.clone(), led.filter(|other| other != place).collect());
    }
    all
}

/// Every path that is written, in code and in what macros are given.
#[derive(Default)]
struct Paths(Vec<Vec<String>>);

impl<'ast> Visit<'ast> for Paths {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.0.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_item_use(&mut self, import: &'ast syn::ItemUse) {
        self.0.extend(imports(&import.tree).into_iter().map(|import| match import {
            Import::Name(_, path) | Import::Glob(path) => path,
        }));
    }

    fn visit_macro(&mut self, invoked: &'ast syn::Macro) {
        self.visit_path(&invoked.path);
        self.add_tokens(invoked.tokens.clone());
    }

    fn visit_vis_restricted(&mut self, _: &'ast syn::VisRestricted) {}

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
}

impl Paths {
    fn add_tokens(&mut self, tokens: TokenStream) {
        let mut path = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(name) => {
                    if colons != 2 {
                        self.0.push(std::mem::take(&mut path));
                    }
                    path.push(name.to_string());
                    colons = 0;
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => {
                    self.0.push(std::mem::take(&mut path));
                    self.add_tokens(group.stream());
                    colons = 0;
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {
                    self.0.push(std::mem::take(&mut path));
                    colons = 0;
                }
            }
        }
        self.0.push(path);
    }
}
