//! Every published case must come out as istiod and Envoy answered it.

mod envoy;
mod merged;
mod orders;
mod requests;
mod rollouts;
