//! A pod on AKS behind NMI, which takes the virtual machine's requests in its place. It knows only identities assigned
//! to the pod, tells refusals in plain text, and sends `Retry-After` if it is set up to.
//! <https://azure.github.io/aad-pod-identity/docs/concepts/block-diagram-and-components>

use hyper::{Method, StatusCode};

use super::virtual_machine::{self, BASE_VARIABLE, TOKEN_PATH};
use crate::answers::{self, Plain, Refused};
use crate::ask::{Ask, Refusal, has_metadata_header};
use crate::call::Call;
use crate::endpoint::Endpoint;
use crate::identities::{Identity, find};
use crate::options::Options;
use crate::selectors::{Selector, Spelling};
use crate::token::Token;

const SELECTORS: [Spelling; 2] = [("client_id", Selector::ClientId), ("msi_res_id", Selector::ResourceId)];

pub(super) struct PodIdentity;

impl Endpoint for PodIdentity {
    fn path(&self) -> &'static str {
        TOKEN_PATH
    }

    fn environment(&self, url: &str) -> Vec<(&'static str, String)> {
        vec![(BASE_VARIABLE, url.to_owned())]
    }

    fn ask<'a>(&'a self, call: &Call, options: &'a Options) -> Result<Ask<'a>, Refused> {
        if call.head.method != Method::GET {
            return Err(answers::text(StatusCode::METHOD_NOT_ALLOWED, "method not allowed\n").into());
        }
        if !has_metadata_header(&call.head) {
            return Err(Refusal::NoMetadataHeader.answer(options).into());
        }
        let bad = |text| answers::text(StatusCode::BAD_REQUEST, text);
        let query = call.query().map_err(|_| bad("a parameter is given more than once\n"))?;
        let resource = query.filled("resource").ok_or_else(|| bad("parameter resource cannot be empty\n"))?;
        let selector = Selector::of(&query, &SELECTORS)
            .map_err(|_| bad("client_id and msi_res_id exclude each other\n"))?;
        let identity = pick(&options.user, &selector)
            .map_err(|refusal| answers::retry_after(*refusal, options.retry_after))?;
        Ok(Ask { identity, selector, resource: resource.to_owned() })
    }

    fn success(&self, ask: &Ask<'_>, token: &Token) -> Plain {
        virtual_machine::success(ask, token)
    }
}

/// The first assigned one if the request names none.
fn pick<'a>(assigned: &'a [Identity], selector: &Selector) -> Result<&'a Identity, Refused> {
    let first = assigned
        .first()
        .ok_or_else(|| answers::text(StatusCode::INTERNAL_SERVER_ERROR, "pod list is empty\n"))?;
    match selector {
        Selector::None => Ok(first),
        named => find(None, assigned, named).map_err(|_| {
            answers::text(StatusCode::NOT_FOUND, "no azure identity found for request clientID\n").into()
        }),
    }
}
