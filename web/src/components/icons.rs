//! Small drawings; each stands beside words and is hidden from those who hear the page.

use yew::prelude::*;

fn icon(class: &'static str, paths: &'static str, rings: &[&'static str]) -> Html {
    html! {
        <svg {class} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            for radius in rings.iter().copied() {
                <circle cx="12" cy="12" r={radius} />
            }
            <path d={paths} />
        </svg>
    }
}

/// A ship's wheel, the mark of the page.
pub fn helm() -> Html {
    let spokes =
        "M12 2v7.8M12 14.2V22M2 12h7.8M14.2 12H22M5 5l5.4 5.4M13.6 13.6 19 19M19 5l-5.4 5.4M10.4 13.6 5 19";
    icon("icon helm", spokes, &["7", "2.2"])
}

/// The sun.
pub fn sun() -> Html {
    let rays = "M12 2v2.5M12 19.5V22M2 12h2.5M19.5 12H22M4.9 4.9l1.8 1.8M17.3 17.3l1.8 1.8M19.1 4.9l-1.8 1.8M6.7 17.3l-1.8 1.8";
    icon("icon", rays, &["4.2"])
}

/// The moon.
pub fn moon() -> Html {
    icon("icon", "M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5z", &[])
}

/// Half light, half dark.
pub fn half() -> Html {
    html! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <circle cx="12" cy="12" r="8" />
            <path class="filled" d="M12 4a8 8 0 0 1 0 16z" />
        </svg>
    }
}

/// An arrow that leaves a box, to pass something on.
pub fn share() -> Html {
    icon("icon", "M12 15V3M7 8l5-5 5 5M5 12v8h14v-8", &[])
}

/// A cross, to put something away.
pub fn cross() -> Html {
    icon("icon", "M6 6l12 12M18 6 6 18", &[])
}

/// A clock, for what was done last.
pub fn clock() -> Html {
    icon("icon", "M12 7v5l3.5 2", &["8.5"])
}
