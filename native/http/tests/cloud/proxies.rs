//! Which requests go through a proxy, and what is said of one that does not work.

use super::*;

fn proxy(variable: &'static str, value: impl Into<String>) -> Option<ProxySetting> {
    Some(ProxySetting { variable, value: Zeroizing::new(value.into()) })
}

#[tokio::test]
async fn what_is_not_on_the_machine_goes_through_the_proxy_with_its_name_and_password() {
    let ((listener, address), (_, nobody)) = (listen().await, listen().await);
    // The one for all is for what has none of its own.
    let all = proxy("ALL_PROXY", nobody);
    let http = proxy("HTTP_PROXY", format!("http://me:word@{address}"));
    let proxies = ProxyConfig { http, all, ..ProxyConfig::default() };
    let client = CloudClient::new(proxies);
    let (answer, request) = tokio::join!(client.send(question("http://service.test/x"), || ()), async {
        let (mut stream, _) = listener.accept().await.unwrap();
        serve(&mut stream, ANSWER).await
    });
    assert_eq!(answer.unwrap().status, 200);
    assert!(request.starts_with("GET http://service.test/x HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("proxy-authorization: Basic bWU6d29yZA==\r\n"), "{request}");
}

#[tokio::test]
async fn a_name_with_its_domain_goes_to_the_proxy_as_it_is_meant() {
    let (listener, address) = listen().await;
    let http = proxy("HTTP_PROXY", format!("http://CORP%5Cuser:word@{address}"));
    let client = CloudClient::new(ProxyConfig { http, ..ProxyConfig::default() });
    let (answer, request) = tokio::join!(client.send(question("http://service.test/x"), || ()), async {
        let (mut stream, _) = listener.accept().await.unwrap();
        serve(&mut stream, ANSWER).await
    });
    assert_eq!(answer.unwrap().status, 200);
    assert!(request.contains("proxy-authorization: Basic Q09SUFx1c2VyOndvcmQ=\r\n"), "{request}");
}

#[tokio::test]
async fn a_proxy_that_does_not_apply_is_in_nobodys_way() {
    let all = || proxy("ALL_PROXY", "socks5h://proxy");
    // Loopback, and what has a proxy of its own.
    let (answer, _) =
        exchange(&CloudClient::new(ProxyConfig { all: all(), ..ProxyConfig::default() }), None, ANSWER).await;
    assert_eq!(answer.unwrap().status, 200);
    let (listener, address) = listen().await;
    let http = proxy("HTTP_PROXY", address);
    let client = CloudClient::new(ProxyConfig { http, all: all(), ..ProxyConfig::default() });
    let (answer, _) = tokio::join!(client.send(question("http://service.test/x"), || ()), async {
        let (mut stream, _) = listener.accept().await.unwrap();
        serve(&mut stream, ANSWER).await
    });
    assert_eq!(answer.unwrap().status, 200);
    let failure = client.send(question("https://service.test/x"), || ()).await.err().unwrap();
    assert!(
        matches!(failure, CloudTransportError::InvalidProxy { variable: "ALL_PROXY", .. }),
        "{failure:?}"
    );
}

#[tokio::test]
async fn loopback_and_what_is_spared_is_asked_straight() {
    let (_, nobody) = listen().await;
    let dead = || proxy("ALL_PROXY", format!("http://{nobody}"));
    let (answer, _) =
        exchange(&CloudClient::new(ProxyConfig { all: dead(), ..ProxyConfig::default() }), None, ANSWER)
            .await;
    assert_eq!(answer.unwrap().status, 200);
    let ask = async |no_proxy: Option<&str>, url: &str| {
        let proxies =
            ProxyConfig { all: dead(), no_proxy: no_proxy.map(str::to_owned), ..ProxyConfig::default() };
        CloudClient::new(proxies).send(question(url), || ()).await.err().unwrap().to_string()
    };
    let service = "https://service.invalid/";
    assert!(ask(None, service).await.contains("the proxy cannot be reached"));
    for no_proxy in ["a,.invalid", "*"] {
        assert!(!ask(Some(no_proxy), service).await.contains("proxy"), "{no_proxy}");
    }
    // However the machine itself is written; nobody listens there.
    let (_, nobody) = listen().await;
    for host in ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]"] {
        let told = ask(None, &format!("https://{}/", nobody.replace("127.0.0.1", host))).await;
        assert!(!told.contains("proxy"), "{host}: {told}");
    }
}

#[tokio::test]
async fn a_proxy_that_refuses_is_told_and_its_password_is_not() {
    for (status, told) in
        [("407 Proxy Authentication Required", "name and a password"), ("403 Forbidden", "does not let")]
    {
        let (listener, address) = listen().await;
        let https = proxy("HTTPS_PROXY", format!("http://me:word@{address}"));
        let client = CloudClient::new(ProxyConfig { https, ..ProxyConfig::default() });
        let refusal = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
        let (answer, request) = tokio::join!(client.send(question("https://service.test/x"), || ()), async {
            let (mut stream, _) = listener.accept().await.unwrap();
            serve(&mut stream, &refusal).await
        });
        assert!(
            request.starts_with("CONNECT service.test:443 HTTP/1.1\r\n") && !request.contains("hush"),
            "{request}"
        );
        let failure = answer.err().unwrap();
        assert!(matches!(failure, CloudTransportError::ProxyRejected(_)), "{failure:?}");
        assert!(failure.to_string().contains(told) && !format!("{failure:?}").contains("word@"), "{failure}");
    }
}

#[tokio::test]
async fn a_variable_that_names_no_proxy_is_told_before_anything_is_asked() {
    let client = CloudClient::new(ProxyConfig {
        https: proxy("https_proxy", "socks5://me:word@x"),
        ..ProxyConfig::default()
    });
    let failure = client.send(question("https://service.test/x"), || ()).await.err().unwrap();
    assert!(
        matches!(failure, CloudTransportError::InvalidProxy { variable: "https_proxy", .. }),
        "{failure:?}"
    );
}
