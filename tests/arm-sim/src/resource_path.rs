//! Where a path leads: to a resource by its id, to all of a type, or to what a resource can do.

/// The path of something below a provider.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ResourcePath {
    pub(crate) group: Option<String>,
    pub(crate) namespace: String,
    /// The type of the resource, or of the resource above the last part, or the namespace alone.
    pub(crate) kind: String,
    pub(crate) name: String,
    /// Of the resource, or of the one above the last part; nothing if there is none.
    pub(crate) id: Option<String>,
    /// A last part that names no resource: a type, or an action.
    pub(crate) last: Option<String>,
}

impl ResourcePath {
    pub(crate) fn parse(segments: &[String]) -> Option<Self> {
        let is = |index: usize, word: &str| {
            segments.get(index).is_some_and(|segment| segment.eq_ignore_ascii_case(word))
        };
        let provider = (0..segments.len()).rev().find(|&index| is(index, "providers"))?;
        let namespace = segments.get(provider + 1)?.clone();
        let tail = segments.get(provider + 2..).filter(|tail| !tail.is_empty())?;
        let pairs = tail.chunks_exact(2);
        let last = pairs.remainder().first().cloned();
        let (types, names): (Vec<&str>, Vec<&str>) =
            pairs.map(|pair| (pair[0].as_str(), pair[1].as_str())).unzip();
        let whole = segments.len() - usize::from(last.is_some());
        Some(Self {
            group: segments.get(3).filter(|_| is(2, "resourceGroups")).cloned(),
            kind: [&[namespace.as_str()], types.as_slice()].concat().join("/"),
            namespace,
            id: (!names.is_empty()).then(|| format!("/{}", segments[..whole].join("/"))),
            name: names.join("/"),
            last,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(path: &str) -> Option<ResourcePath> {
        let segments: Vec<String> = path.split('/').skip(1).map(str::to_owned).collect();
        ResourcePath::parse(&segments)
    }

    #[test]
    fn a_resource_is_named_by_pairs_of_type_and_name() {
        let id = "/subscriptions/s/resourcegroups/Rg/providers/Microsoft.Sql/servers/A/databases/b";
        let path = parse(id).unwrap();
        assert_eq!((path.kind.as_str(), path.name.as_str()), ("Microsoft.Sql/servers/databases", "A/b"));
        assert_eq!((path.group.as_deref(), path.id.as_deref(), path.last), (Some("Rg"), Some(id), None));
    }

    #[test]
    fn an_odd_part_is_a_type_or_an_action() {
        let of_type = parse("/subscriptions/s/providers/Microsoft.Sql/servers").unwrap();
        assert_eq!((of_type.group, of_type.id, of_type.kind.as_str()), (None, None, "Microsoft.Sql"));
        assert_eq!(of_type.last.as_deref(), Some("servers"));
        let action = parse("/subscriptions/s/resourceGroups/g/providers/N.S/t/n/start").unwrap();
        assert_eq!(action.id.as_deref(), Some("/subscriptions/s/resourceGroups/g/providers/N.S/t/n"));
        assert_eq!((action.kind.as_str(), action.last.as_deref()), ("N.S/t", Some("start")));
    }

    #[test]
    fn what_extends_a_resource_has_its_own_type() {
        let path = parse("/subscriptions/s/resourceGroups/g/providers/N.S/t/n/providers/O.T/u/m").unwrap();
        assert_eq!((path.kind.as_str(), path.name.as_str()), ("O.T/u", "m"));
    }

    #[test]
    fn a_path_without_a_type_leads_nowhere() {
        assert_eq!(parse("/subscriptions/s/providers/N.S"), None);
        assert_eq!(parse("/subscriptions/s/resourceGroups/g"), None);
    }
}
