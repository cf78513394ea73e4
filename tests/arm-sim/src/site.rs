//! A request from its arrival to its answer, on whatever host: kept in the log, met by a fault, asked for its token, and
//! handed to what its path belongs to.

use hyper::body::Incoming;
use hyper::header::{HeaderName, RETRY_AFTER};
use hyper::http::request::Parts;
use hyper::{Request, StatusCode};
use imds_sim::answers::{self, Plain, Refused};
use imds_sim::{Reset, random};

use crate::answer::{Answer, whole};
use crate::bearer::{Bearer, Presented};
use crate::call::{Call, Origin};
use crate::clock::now;
use crate::errors::{envelope, refuse};
use crate::faults::Effect;
use crate::hosts::Kind;
use crate::log::Record;
use crate::shared::Shared;
use crate::upload::Upload;
use crate::{arm, auth, blob, graph, quota, tools, vault};

pub(crate) async fn answer(
    shared: &Shared,
    request: Request<Incoming>,
    origin: Origin,
) -> Result<Answer, Reset> {
    let (head, body) = request.into_parts();
    let presented = Presented::of(&head.headers);
    let number = shared.lock().log.arrive(Record::of(&head, &origin, &presented));
    // A client that leaves in the middle of its body gets no answer.
    let upload = Upload::read(body).await.map_err(|_| Reset)?;
    let correlation = head.headers.get("x-ms-correlation-request-id").cloned();
    let mut answer = match planned(shared, &head, &origin, presented.token()).await? {
        Some(answer) => whole(answer),
        None => serve(shared, head, origin, presented, upload).unwrap_or_else(|refused| whole(*refused)),
    };
    let id = random::guid();
    for name in ["x-ms-request-id", "x-ms-correlation-request-id"] {
        if let Ok(value) = id.parse() {
            answer.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    if let Some(value) = correlation {
        answer.headers_mut().insert(HeaderName::from_static("x-ms-correlation-request-id"), value);
    }
    shared.lock().log.answered(number, answer.status().as_u16());
    Ok(answer)
}

/// What a fault answers; a claims challenge only revokes the token, for its answer is the same as to every later use.
async fn planned(
    shared: &Shared,
    head: &Parts,
    origin: &Origin,
    bearer: Option<&Bearer>,
) -> Result<Option<Plain>, Reset> {
    let effect = {
        let mut state = shared.lock();
        let effect = state.faults.take(head.method.as_str(), origin, head.uri.path(), bearer);
        state.log.counts.faults += u64::from(effect.as_ref().is_some_and(|effect| *effect != Effect::Pass));
        if let (Some(Effect::Claims), Some(bearer)) = (&effect, bearer) {
            state.revoked.insert(bearer.id.clone());
        }
        effect
    };
    match effect {
        None | Some(Effect::Claims | Effect::Pass) => Ok(None),
        Some(Effect::Hang) => std::future::pending().await,
        Some(Effect::Close) => Err(Reset),
        Some(Effect::Status { status, retry_after, code, message, body }) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let reason = status.canonical_reason().unwrap_or("Planned");
            let code = code.unwrap_or_else(|| reason.replace(' ', ""));
            let mut answer = match body {
                Some(body) => answers::json(status, body),
                None => envelope(status, &code, message.as_deref().unwrap_or(reason)),
            };
            if let Some(value) = retry_after {
                answers::set(&mut answer, RETRY_AFTER, &value);
            }
            Ok(Some(answer))
        }
    }
}

fn serve(
    shared: &Shared,
    head: Parts,
    origin: Origin,
    presented: Presented,
    upload: Upload,
) -> Result<Answer, Refused> {
    auth::check(&presented, &origin, |bearer| shared.lock().revoked.contains(&bearer.id), now())?;
    let bearer = match presented {
        Presented::Token(bearer) => Some(bearer),
        Presented::Nothing | Presented::Unreadable => None,
    };
    let call = Call::new(head, origin, bearer, upload)?;
    let azure = &mut shared.lock().azure;
    if call.origin.kind == Kind::Blob {
        return blob::answer(&azure.settings, &call);
    }
    let path: Vec<&str> = call.segments.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["download", length] => tools::download(length, false),
        ["download", length, "cut"] => tools::download(length, true),
        ["redirect", status] => tools::redirect(&call, status).map(whole),
        ["echo"] => Ok(whole(tools::echo(&call))),
        ["secrets", ..] => vault::answer(&call).map(whole),
        ["v1.0", what] => graph::answer(&mut azure.settings, &call, what).map(whole),
        _ if call.body().is_none() => Err(refuse(
            StatusCode::PAYLOAD_TOO_LARGE,
            "RequestContentTooLarge",
            "The request content is too long.",
        )),
        _ => {
            let mut answer = arm::answer(azure, &call).unwrap_or_else(|refused| *refused);
            quota::stamp(azure, &call, &mut answer);
            Ok(whole(answer))
        }
    }
}
