//! Which module of a crate a path leads to.

use crate::modules::{Crate, ModulePath};

// Re-exports of re-exports come to an end well before.
const MOST_STEPS: usize = 16;

impl Crate {
    /// The module in which what `path` names is defined; nothing where that is another crate's, or is not found.
    pub(crate) fn resolve(&self, from: &ModulePath, path: &[String]) -> Option<ModulePath> {
        self.follow(from, path, MOST_STEPS)
    }

    fn follow(&self, from: &ModulePath, path: &[String], steps: usize) -> Option<ModulePath> {
        let steps = steps.checked_sub(1)?;
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => return self.descend(Vec::new(), rest, steps),
            "self" => return self.descend(from.clone(), rest, steps),
            "super" => {
                let (_, parent) = from.split_last()?;
                let parent = parent.to_vec();
                // More of it may follow.
                return if rest.first().is_some_and(|next| next == "super") {
                    self.follow(&parent, rest, steps)
                } else {
                    self.descend(parent, rest, steps)
                };
            }
            _ => {}
        }
        self.name(from, first, rest, steps)
    }

    /// What a name means in a module: a child of it, or what was imported by that name.
    fn name(&self, place: &ModulePath, name: &String, rest: &[String], steps: usize) -> Option<ModulePath> {
        let child = [place.as_slice(), std::slice::from_ref(name)].concat();
        if self.modules.contains_key(&child) {
            return self.descend(child, rest, steps);
        }
        let module = self.modules.get(place)?;
        if let Some(target) = module.imports.get(name) {
            // An import of another crate's by its own name leads to itself.
            let onward = [target.as_slice(), rest].concat();
            return (target.first() != Some(name)).then(|| self.follow(place, &onward, steps)).flatten();
        }
        let others = module.globs.iter().filter_map(|glob| self.follow(place, glob, steps));
        let mut others = others.filter(|other| other != place);
        others
            .find_map(|other| {
                self.named_in(&other, name)
                    .then(|| self.descend(other, &[std::slice::from_ref(name), rest].concat(), steps))
            })
            .flatten()
    }

    fn named_in(&self, place: &ModulePath, name: &String) -> bool {
        let child = [place.as_slice(), std::slice::from_ref(name)].concat();
        let is_item = |item: &syn::Item| {
            let ident = match item {
                syn::Item::Const(item) => &item.ident,
                syn::Item::Enum(item) => &item.ident,
                syn::Item::Fn(item) => &item.sig.ident,
                syn::Item::Static(item) => &item.ident,
                syn::Item::Struct(item) => &item.ident,
                syn::Item::Trait(item) => &item.ident,
                syn::Item::Type(item) => &item.ident,
                _ => return false,
            };
            ident == name
        };
        self.modules.contains_key(&child)
            || self
                .modules
                .get(place)
                .is_some_and(|module| module.imports.contains_key(name) || module.items.iter().any(is_item))
    }

    fn descend(&self, place: ModulePath, rest: &[String], steps: usize) -> Option<ModulePath> {
        let Some((name, rest)) = rest.split_first() else { return Some(place) };
        Some(self.name(&place, name, rest, steps).unwrap_or(place))
    }
}
