//! `request --from`: connections from a workload through its sidecar.

use crate::run::{Folder, has};

const MESH: &str = "\
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {clusterIP: 10.0.0.5, ports: [{name: tcp, port: 3306}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: db, namespace: shop}
spec:
  hosts: [db]
  tcp:
  - match: [{sourceLabels: {app: web}}]
    route: [{destination: {host: db, subset: v2}}]
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec: {outboundTrafficPolicy: {mode: REGISTRY_ONLY}}
";

#[test]
fn streams_pass_or_are_closed() {
    let folder = Folder::with(MESH);
    let run = folder.run("request --from shop input.yaml https://db:3306/");
    has(run.ended(0), "= The connection is handed on unopened to `db`.");
    let run = folder.run("request --from shop/app=web input.yaml https://db:3306/");
    has(run.ended(1), "! The connection is closed without an answer. No DestinationRule");
    let run = folder.run("request --from shop input.yaml https://api.example.com/");
    has(run.ended(1), "(REGISTRY_ONLY)");
    let run = folder.run("request --from other input.yaml https://api.example.com/");
    has(run.ended(0), "= The connection is handed on unopened to the address that was asked for.");
}

#[test]
fn a_file_asks_for_a_port_and_a_url_for_an_address() {
    let requests = r#"[{"proxy": "sidecar/other", "url": "http://db.shop:3306/"},
        {"proxy": "sidecar/other", "url": "https://db.shop:3306/"}]"#;
    let folder = Folder::with(MESH).file("requests.json", requests);
    let run = folder.run("request --requests requests.json --format json input.yaml");
    run.ended(0);
    assert_eq!(
        (&run.json()[0]["outcome"], &run.json()[1]["outcome"]),
        (&"no-listener".into(), &"forwarded".into())
    );
    let run = folder.run("request --from other --format json input.yaml http://db.shop:3306/");
    run.ended(0);
    assert_eq!(run.json()["answers"][0]["outcome"], "forwarded");
}
