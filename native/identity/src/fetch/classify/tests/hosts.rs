//! The services of hosts that are no virtual machines.

use super::*;

#[test]
fn refusals_of_app_service_and_automation() {
    for (text, meaning) in [
        ("No MSI found for specified ClientId/ResourceId.", NOT_FOUND),
        ("No Managed Identity found for specified ClientId/ResourceId/PrincipalId.", NOT_FOUND),
        (
            "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId",
            NOT_FOUND,
        ),
        ("No managed identity was found for Automation account x. y", NOT_FOUND),
        ("Failed to get MSI token for account x. y", NOT_FOUND),
        ("The audience is not valid", REFUSED),
    ] {
        let kept = Some(text.trim_end_matches('.'));
        let pascal = format!(r#"{{"StatusCode":400,"Message":"{text}","CorrelationId":"{ID}"}}"#);
        let camel = format!(r#"{{"statusCode":400,"message":"{text}","correlationId":"{ID}"}}"#);
        let bare = format!(r#"{{"Message":"{text}"}}"#);
        check(
            APP_SERVICE,
            &[
                (400, &pascal, meaning, None, kept, Some(ID)),
                (400, &camel, meaning, None, kept, Some(ID)),
                (400, &bare, meaning, None, kept, None),
                (400, text, meaning, None, kept, None),
            ],
        );
    }
    let vague = "An unexpected error occured while fetching the AAD Token.";
    let body = format!(r#"{{"statusCode":500,"message":"{vague}","correlationId":"{ID}"}}"#);
    let kept = Some(vague.trim_end_matches('.'));
    check(
        APP_SERVICE,
        &[(500, &body, UNAVAILABLE, None, kept, Some(ID)), (401, "", REFUSED, None, None, None)],
    );
}

#[test]
fn refusals_of_arc() {
    let unknown = r#"{"error":"identity_not_found","error_description":"x","error_codes":[404]}"#;
    let unproven = r#"{"error":"unauthorized_client","error_description":"Missing Basic Authorization header","error_codes":[401]}"#;
    check(
        ARC,
        &[
            (404, unknown, NOT_FOUND, Some("identity_not_found"), Some("x"), None),
            (
                401,
                unproven,
                REFUSED,
                Some("unauthorized_client"),
                Some("Missing Basic Authorization header"),
                None,
            ),
        ],
    );
}

#[test]
fn refusals_of_service_fabric() {
    for (status, code, text, meaning) in [
        (400, "SecretHeaderNotFound", "Secret is not found in the request headers", REFUSED),
        (400, "ArgumentNullOrEmpty", "The parameter 'resource' should not be null or empty string", REFUSED),
        (
            400,
            "InvalidApiVersion",
            "The api-version '' is not supported. Supported version is '2019-07-01-preview'",
            REFUSED,
        ),
        (
            404,
            "ManagedIdentityNotFound",
            "Managed identity not found for the specified application host",
            NOT_FOUND,
        ),
        (500, "InternalServerError", "An error occurred", UNAVAILABLE),
    ] {
        let body = format!(r#"{{"error":{{"correlationId":"{ID}","code":"{code}","message":"{text}."}}}}"#);
        check(FABRIC, &[(status, &body, meaning, Some(code), Some(text), Some(ID))]);
    }
    let local = "The request was throttled locally; the service allows 30 requests per 10s; retry after 4s";
    check(FABRIC, &[(429, &format!("{local}."), THROTTLED, None, Some(local), None)]);
}

#[test]
fn refusals_of_cloud_shell_and_machine_learning() {
    for (code, text) in [
        (
            "AudienceNotSupported",
            "Audience https://x is not a supported MSI token audience.Supported audiences:https://management.azure.com/",
        ),
        ("invalid_request", "Required audience parameter not specified"),
        ("bad_request_102", "Required metadata header not specified"),
    ] {
        let body = format!(r#"{{"error":{{"code":"{code}","message":"{text}"}}}}"#);
        check(CLOUD_SHELL, &[(400, &body, REFUSED, Some(code), Some(text), None)]);
    }
    check(
        MACHINE_LEARNING,
        &[(400, "", REFUSED, None, None, None), (500, "", UNAVAILABLE, None, None, None)],
    );
}
