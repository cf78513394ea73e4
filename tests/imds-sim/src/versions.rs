//! The API versions of the service and since which of them it knows each category.
//! <https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service#supported-api-versions>

use crate::query::Query;

/// Oldest first, as the service lists them.
pub(crate) const ALL: &[&str] = &[
    "2017-03-01",
    "2017-04-02",
    "2017-08-01",
    "2017-10-01",
    "2017-12-01",
    "2018-02-01",
    "2018-04-02",
    "2018-10-01",
    "2019-02-01",
    "2019-03-11",
    "2019-04-30",
    "2019-06-01",
    "2019-06-04",
    "2019-08-01",
    "2019-08-15",
    "2019-11-01",
    "2020-06-01",
    "2020-07-15",
    "2020-09-01",
    "2020-10-01",
    "2020-12-01",
    "2021-01-01",
    "2021-02-01",
    "2021-03-01",
    "2021-05-01",
    "2021-08-01",
    "2021-10-01",
    "2021-11-01",
    "2021-11-15",
    "2021-12-13",
    "2023-07-01",
    "2023-11-15",
    "2024-03-15",
    "2024-07-17",
    "2025-04-07",
];

/// Whether the query asks for a version that has `/identity`.
pub(crate) fn know_identities(query: &Query) -> bool {
    exists_since(query, "2018-02-01")
}

/// Whether the query asks for a version that has `/instance`.
pub(crate) fn know_instance(query: &Query) -> bool {
    exists_since(query, "2017-04-02")
}

fn exists_since(query: &Query, first: &str) -> bool {
    query.get("api-version").is_some_and(|asked| asked >= first && ALL.contains(&asked))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_must_exist_and_have_the_category() {
        let query = |text| Query::parse(Some(text)).unwrap();
        assert!(know_identities(&query("api-version=2018-02-01")));
        assert!(know_identities(&query("api-version=2025-04-07")));
        assert!(!know_identities(&query("api-version=2017-12-01")));
        assert!(know_instance(&query("api-version=2017-12-01")));
        assert!(!know_instance(&query("api-version=2017-03-01")));
        assert!(!know_identities(&query("api-version=2018-02-02")));
        assert!(!know_identities(&query("api-version=")));
        assert!(!know_identities(&query("version=2018-02-01")));
    }

    #[test]
    fn versions_are_listed_from_the_oldest_to_the_newest() {
        assert!(ALL.is_sorted());
    }
}
