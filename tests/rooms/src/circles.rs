//! Circles: groups of modules of which each needs every other, by whatever way.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;

/// The circles among what needs what, each sorted.
pub fn circles<T: Ord + Clone>(needs: &BTreeMap<T, BTreeSet<T>>) -> Vec<Vec<T>> {
    let names =
        needs.keys().chain(needs.values().flatten()).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>();
    let number = |name: &T| names.binary_search(&name).unwrap_or_default();
    let mut graph = DiGraphMap::<usize, ()>::new();
    for (name, needed) in needs {
        for other in needed {
            graph.add_edge(number(name), number(other), ());
        }
    }
    let groups = tarjan_scc(&graph).into_iter().filter(|group| group.len() > 1);
    let named = groups.map(|group| {
        let mut group = group.into_iter().map(|index| names[index].clone()).collect::<Vec<_>>();
        group.sort();
        group
    });
    named.collect()
}
