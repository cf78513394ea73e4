//! What a `use` line imports, name by name.

use syn::UseTree;

/// One name, or all of a module's.
pub(crate) enum Import {
    /// What `path` leads to, by this name.
    Name(String, Vec<String>),
    /// All that the module at this path shows.
    Glob(Vec<String>),
}

/// All that a tree imports.
pub(crate) fn imports(tree: &UseTree) -> Vec<Import> {
    let mut all = Vec::new();
    add(tree, &[], &mut all);
    all
}

fn add(tree: &UseTree, before: &[String], all: &mut Vec<Import>) {
    let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
    match tree {
        UseTree::Path(path) => add(&path.tree, &with(&path.ident), all),
        UseTree::Name(name) if name.ident == "self" => {
            all.extend(before.last().map(|last| Import::Name(last.clone(), before.to_vec())));
        }
        UseTree::Name(name) => all.push(Import::Name(name.ident.to_string(), with(&name.ident))),
        UseTree::Rename(name) => all.push(Import::Name(name.rename.to_string(), with(&name.ident))),
        UseTree::Glob(_) => all.push(Import::Glob(before.to_vec())),
        UseTree::Group(group) => group.items.iter().for_each(|item| add(item, before, all)),
    }
}
