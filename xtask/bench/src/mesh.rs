//! Synthetic meshes: many teams, each with a share of a Gateway, a VirtualService, a DestinationRule and a Service.

use std::fmt::Write;

use serde::{Deserialize, Serialize};

/// How many teams share a Gateway and its host in [`Shape::ManyHosts`].
const GROUP: usize = 10;

/// How the teams share hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shape {
    /// Ten teams on each host.
    ManyHosts,
    /// All teams on one host.
    OneHost,
}

/// A mesh of so many teams, as one text.
pub fn mesh(teams: usize, shape: Shape) -> String {
    let mut text = String::with_capacity(teams * 2048);
    for team in 0..teams {
        let group = match shape {
            Shape::ManyHosts => team / GROUP,
            Shape::OneHost => 0,
        };
        let first_of_group = team == group * GROUP;
        if first_of_group {
            gateway(&mut text, group);
        }
        virtual_service(&mut text, team, group);
        destination_rule(&mut text, team);
        service(&mut text, team);
    }
    text
}

fn gateway(out: &mut String, group: usize) {
    push(
        out,
        format_args!(
            "apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: public-{group:04}
  namespace: istio-system
spec:
  selector:
    istio: ingressgateway
  servers:
  - port:
      number: 443
      name: https-{group:04}
      protocol: HTTPS
    tls:
      mode: SIMPLE
      credentialName: cert-{group:04}
    hosts:
    - group-{group:04}.example.com
---
"
        ),
    );
}

fn virtual_service(out: &mut String, team: usize, group: usize) {
    push(
        out,
        format_args!(
            "apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: team-{team:04}
  namespace: team-{team:04}
  creationTimestamp: \"2026-01-01T{hour:02}:{minute:02}:{second:02}Z\"
  labels:
    app: store
    team: team-{team:04}
spec:
  hosts:
  - group-{group:04}.example.com
  gateways:
  - istio-system/public-{group:04}
  http:
  - name: beta
    match:
    - uri:
        prefix: /team-{team:04}/
      headers:
        x-release:
          exact: beta
    route:
    - destination:
        host: store
        subset: v2
  - name: items
    match:
    - uri:
        regex: /team-{team:04}/items/[0-9]+
      method:
        exact: GET
    timeout: 3s
    retries:
      attempts: 2
      retryOn: 5xx
    route:
    - destination:
        host: store
        subset: v1
      weight: 90
    - destination:
        host: store
        subset: v2
      weight: 10
  - name: all
    match:
    - uri:
        prefix: /team-{team:04}/
    route:
    - destination:
        host: store
        subset: v1
---
",
            hour = team / 3600 % 24,
            minute = team / 60 % 60,
            second = team % 60,
        ),
    );
}

fn destination_rule(out: &mut String, team: usize) {
    push(
        out,
        format_args!(
            "apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: store
  namespace: team-{team:04}
  labels:
    app: store
    team: team-{team:04}
spec:
  host: store
  trafficPolicy:
    connectionPool:
      http:
        http2MaxRequests: 1000
    outlierDetection:
      consecutive5xxErrors: 5
      interval: 10s
  subsets:
  - name: v1
    labels:
      version: v1
  - name: v2
    labels:
      version: v2
---
"
        ),
    );
}

fn service(out: &mut String, team: usize) {
    push(
        out,
        format_args!(
            "apiVersion: v1
kind: Service
metadata:
  name: store
  namespace: team-{team:04}
  labels:
    app: store
    team: team-{team:04}
spec:
  selector:
    app: store
  ports:
  - name: http
    port: 8080
    targetPort: 8080
---
"
        ),
    );
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing into a String cannot fail.
    let _ = out.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use pilothouse_analysis::{Profile, Sources, analyze};

    use super::{Shape, mesh};

    #[test]
    fn the_mesh_is_what_it_is_meant_to_be() {
        for (shape, gateways) in [(Shape::ManyHosts, 3), (Shape::OneHost, 1)] {
            let analysis = analyze(Sources::single("mesh.yaml", mesh(25, shape)), Profile::current());
            assert_eq!(analysis.problems, [], "{shape:?}");
            assert_eq!(analysis.effective.mesh.resources.len(), 25 * 3 + gateways, "{shape:?}");
            let findings: Vec<String> =
                analysis.findings().into_iter().map(|finding| finding.message).collect();
            assert_eq!(findings, [] as [&str; 0], "{shape:?}");
        }
    }
}
