//! A compute of Azure Machine Learning: App Service's protocol of 2017 with a client id alone. Nothing is documented;
//! refusals have no body, as in the mocks of Microsoft's own libraries.

use hyper::{Method, StatusCode};

use super::app_service;
use crate::answers::{self, Plain, Refused};
use crate::ask::Ask;
use crate::call::Call;
use crate::endpoint::Endpoint;
use crate::identities::find;
use crate::options::Options;
use crate::random;
use crate::selectors::Selector;
use crate::token::Token;

pub(super) const SECRET_HEADER: &str = "secret";

const VERSION: &str = "2017-09-01";

const PATH: &str = "/msi/token";

pub(super) struct MachineLearning {
    secret: String,
    default_client_id: Option<String>,
}

impl MachineLearning {
    pub(super) fn new(options: &Options) -> Self {
        let default = options.system.as_ref().or(options.user.first());
        Self { secret: random::guid(), default_client_id: default.map(|identity| identity.client_id.clone()) }
    }
}

impl Endpoint for MachineLearning {
    fn path(&self) -> &'static str {
        PATH
    }

    fn environment(&self, url: &str) -> Vec<(&'static str, String)> {
        let mut variables =
            vec![("MSI_ENDPOINT", format!("{url}{PATH}")), ("MSI_SECRET", self.secret.clone())];
        variables.extend(self.default_client_id.clone().map(|id| ("DEFAULT_IDENTITY_CLIENT_ID", id)));
        variables
    }

    fn secret_header(&self) -> Option<&'static str> {
        Some(SECRET_HEADER)
    }

    fn ask<'a>(&'a self, call: &Call, options: &'a Options) -> Result<Ask<'a>, Refused> {
        let bad = || answers::empty(StatusCode::BAD_REQUEST);
        if call.header(SECRET_HEADER) != Some(&self.secret) {
            return Err(answers::empty(StatusCode::UNAUTHORIZED).into());
        }
        if call.head.method != Method::GET {
            return Err(answers::empty(StatusCode::METHOD_NOT_ALLOWED).into());
        }
        let query = call.query().map_err(|_| bad())?;
        if query.get("api-version") != Some(VERSION) {
            return Err(bad().into());
        }
        let resource = query.filled("resource").ok_or_else(bad)?;
        // Some clients send an empty one when they know none.
        let selector =
            query.filled("clientid").map_or(Selector::None, |id| Selector::ClientId(id.to_owned()));
        let identity = find(options.system.as_ref(), &options.user, &selector).map_err(|_| bad())?;
        Ok(Ask { identity, selector, resource: resource.to_owned() })
    }

    fn success(&self, ask: &Ask<'_>, token: &Token) -> Plain {
        app_service::success(ask, token)
    }

    fn unknown_resource(&self, _resource: &str, _tenant_id: &str, _now: i64) -> Plain {
        answers::empty(StatusCode::BAD_REQUEST)
    }
}
