//! The metadata service of a virtual machine but for its tokens: routes and checks.
//! <https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service>

use hyper::body::Bytes;
use hyper::http::request::Parts;
use hyper::{Method, StatusCode};
use serde_json::json;

use crate::answers::{self, Plain};
use crate::ask::{has_metadata_header, is_forwarded};
use crate::instance::Instance;
use crate::limits::Verdict;
use crate::query::{Duplicate, Query};
use crate::shared::Shared;
use crate::versions;

/// Where a request goes.
enum Route<'a> {
    Info,
    Versions,
    /// With the path of the element below it.
    Instance(&'a str),
}

/// The service of one machine.
pub(crate) struct Metadata {
    instance: Instance,
    versions: Bytes,
}

impl Metadata {
    pub(crate) fn new() -> Self {
        Self {
            instance: Instance::new(),
            versions: json!({ "apiVersions": versions::ALL }).to_string().into(),
        }
    }

    /// Answers a request that asks for no token.
    pub(crate) fn answer(&self, shared: &Shared, head: &Parts) -> Plain {
        match route(head.uri.path().trim_end_matches('/')) {
            Some(route) => self.other(shared, head, &route),
            None => answers::not_found(),
        }
    }

    fn other(&self, shared: &Shared, head: &Parts, route: &Route<'_>) -> Plain {
        if is_forwarded(head) {
            return answers::forwarded(shared.options.forwarded_status);
        }
        if head.method != Method::GET {
            return answers::wrong_method();
        }
        if !has_metadata_header(head) {
            return answers::bad_request("Required metadata header not specified");
        }
        let query = match Query::parse(head.uri.query()) {
            Ok(query) => query,
            Err(Duplicate(name)) => {
                return answers::bad_request(&format!("Query variable '{name}' is given more than once"));
            }
        };
        let version_fits = match route {
            Route::Versions => true,
            Route::Instance(_) => versions::know_instance(&query),
            Route::Info => versions::know_identities(&query),
        };
        if !version_fits {
            return answers::wrong_api_version();
        }
        if !let_through(shared, route) {
            return answers::retry_after(answers::throttled(), shared.options.retry_after);
        }
        match route {
            Route::Versions => answers::json(StatusCode::OK, self.versions.clone()),
            Route::Instance(element) => self.instance.answer(element, &query),
            Route::Info => {
                answers::json(StatusCode::OK, json!({ "tenantId": shared.options.tenant_id }).to_string())
            }
        }
    }
}

fn route(path: &str) -> Option<Route<'_>> {
    match path {
        "/metadata/identity/info" => Some(Route::Info),
        "/metadata/versions" => Some(Route::Versions),
        path => path
            .strip_prefix("/metadata/instance")
            .filter(|element| element.is_empty() || element.starts_with('/'))
            .map(Route::Instance),
    }
}

/// Asks the limits of the route's category. What is answered at once is in flight for no time.
fn let_through(shared: &Shared, route: &Route<'_>) -> bool {
    let arrival = shared.now();
    shared.update(|state| match route {
        Route::Info => {
            let served = state.arrive_identity(arrival) == Verdict::Served;
            if served {
                state.leave();
            }
            served
        }
        Route::Versions | Route::Instance(_) => state.arrive_other(arrival) == Verdict::Served,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_of_the_instance_is_the_path_below_it() {
        assert!(matches!(route("/metadata/instance"), Some(Route::Instance(""))));
        assert!(matches!(route("/metadata/instance/compute/name"), Some(Route::Instance("/compute/name"))));
    }

    #[test]
    fn unknown_paths_have_no_route() {
        for path in
            ["/", "/metadata", "/metadata/instances", "/metadata/identity/oauth2", "/metadata/identity"]
        {
            assert!(route(path).is_none(), "{path}");
        }
    }
}
