//! The report as a browser shows it: in headless Chromium (Debian's `chromium`), light and dark, wide and narrow, on paper.
//!
//! The page runs no scripts, so a page around it looks into it and writes down what it finds there.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![expect(clippy::print_stderr, reason = "what was skipped is said aloud")]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/pty.rs"]
mod pty;
#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/town.rs"]
mod town;

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use town::Town;

/// Looks into the page `report.html` in a frame of so many pixels.
const LOOK: &str = r#"<!doctype html><iframe id="f" src="report.html" width="WIDE" height="3000" style="border:0"></iframe><pre id="o"></pre><script>
addEventListener("load", () => {
  const page = document.getElementById("f").contentDocument, root = page.documentElement;
  const all = (what) => [...page.querySelectorAll(what)];
  const picture = page.querySelector("svg"), room = picture.getBoundingClientRect();
  const inside = (el) => { const b = el.getBoundingClientRect(); return b.left >= room.left - 1 && b.right <= room.right + 1 && b.top >= room.top - 1 && b.bottom <= room.bottom + 1; };
  document.getElementById("o").textContent = JSON.stringify({
    ground: getComputedStyle(page.body).backgroundColor, text: getComputedStyle(page.body).color,
    wide: root.scrollWidth, room: root.clientWidth, scripts: page.scripts.length, links: all("[src],[href],link").length,
    label: picture.getAttribute("aria-label"), high: room.height,
    bars: all("rect").map((el) => el.getAttribute("class")),
    outside: all("svg text, rect").filter((el) => !inside(el)).map((el) => el.textContent || el.outerHTML),
    heads: all("h2").map((el) => el.innerText), points: all("li").map((el) => el.innerText),
    tables: all("table").map((table) => [...table.rows].map((row) => [...row.cells].map((cell) => cell.innerText))),
  });
});
</script>"#;

/// The browser, if there is one.
fn browser() -> Option<OsString> {
    let named = std::env::var_os("VAGT_CHROMIUM").unwrap_or_else(|| "chromium".into());
    let found = Command::new(&named)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if found.is_ok_and(|status| status.success()) {
        return Some(named);
    }
    eprintln!("!!!! SKIPPED: Chromium is not installed (Debian package chromium)");
    None
}

fn chromium(browser: &OsString, dir: &Path, args: &[&str], page: &str) -> String {
    let output = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--allow-file-access-from-files",
            "--virtual-time-budget=8000",
        ])
        .arg(format!("--user-data-dir={}", dir.join("browser").display()))
        .args(args)
        .arg(format!("file://{}", dir.join(page).display()))
        .stderr(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{args:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What the page looks like in a scheme (0 is dark, 1 is light) and a width.
fn look(browser: &OsString, dir: &Path, scheme: u32, wide: u32) -> Value {
    std::fs::write(
        dir.join("look.html"),
        LOOK.replace("WIDE", &wide.to_string()),
    )
    .unwrap();
    let scheme = format!("--blink-settings=preferredColorScheme={scheme}");
    let dom = chromium(browser, dir, &[&scheme, "--dump-dom"], "look.html");
    let (_, rest) = dom.split_once("<pre id=\"o\">").unwrap();
    let (told, _) = rest.split_once("</pre>").unwrap();
    let plain = told
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    serde_json::from_str(&plain).unwrap_or_else(|error| panic!("{error}: {dom}"))
}

/// A morning: two tickets of VPN, one of them solved and opened again, one of Teams, and one that stands for both.
fn page(town: &Town) -> String {
    let run = |args: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_vagt"))
            .args(args)
            .env_clear()
            .env("TZ", "UTC")
            .env("VAGT_CONFIG_DIR", town.home().join("config"))
            .env("VAGT_DATA_DIR", town.home().join("data"))
            .env("VAGT_DESK", town.address())
            .env("VAGT_TOKEN", town.token())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(
            output.status.code(),
            Some(0),
            "{args:?}: {told}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        told
    };
    let one = town.ticket("VPN ned <b>A</b>");
    let again = town.ticket("VPN ned B");
    town.ticket_of("Teams hakker", "ole@kommune.example");
    let parent = town.ticket("VPN & certifikat").to_string();
    for status in ["resolved", "open"] {
        town.change(again, json!({ "Status": status }));
    }
    for part in [one, again] {
        run(&[
            "act",
            "link",
            &part.to_string(),
            "--to",
            &format!("parent:{parent}"),
        ]);
    }
    run(&["report", "--since", "24h", "--format", "html"])
}

#[test]
fn a_browser_shows_the_report_in_light_and_dark_wide_and_narrow_and_on_paper() {
    let Some(browser) = browser() else { return };
    let town = Town::new();
    let page = page(&town);
    let dir = town.home();
    std::fs::write(dir.join("report.html"), &page).unwrap();
    for (scheme, wide, ground) in [
        (1, 1000, "rgb(255, 255, 255)"),
        (0, 1000, "rgb(22, 24, 28)"),
        (1, 390, "rgb(255, 255, 255)"),
    ] {
        let told = look(&browser, dir, scheme, wide);
        assert_eq!(told["ground"], ground, "{told}");
        assert_ne!(told["text"], told["ground"]);
        assert_eq!((&told["scripts"], &told["links"]), (&json!(0), &json!(0)));
        // Nothing is cut at the right, and nothing of the picture lies outside it.
        assert!(told["wide"].as_i64() <= told["room"].as_i64(), "{told}");
        assert_eq!(told["outside"], json!([]), "{wide}");
        assert!(told["high"].as_f64().unwrap() > 60.0, "{told}");
        assert!(
            told["label"]
                .as_str()
                .unwrap()
                .starts_with("Arrivals, Closures, "),
            "{told}"
        );

        let tables = told["tables"].as_array().unwrap();
        let value = |table: usize, name: &str| {
            let rows = tables.get(table).and_then(Value::as_array).unwrap();
            let row = rows
                .iter()
                .find(|row| row[0] == name)
                .unwrap_or_else(|| panic!("no {name}: {told}"));
            row[1].as_str().unwrap().to_owned()
        };
        assert_eq!(value(0, "Backlog"), "4");
        assert_eq!(value(0, "Reopened"), "1 / 1");
        assert!(value(0, "Arrivals").starts_with("4/h"), "{told}");
        assert_eq!(value(2, "VPN"), "3");
        // The picture has a bar for each count of the table beside it, and none for what is not known.
        let bins = tables.get(1).and_then(Value::as_array).unwrap();
        let known = |column: usize| {
            let cells = bins
                .iter()
                .skip(1)
                .filter_map(|row| row.get(column)?.as_str());
            cells.filter(|cell| *cell != "unknown").count()
        };
        let bars = told["bars"].as_array().unwrap();
        let of = |class: &str| bars.iter().filter(|bar| **bar == class).count();
        assert_eq!((of("in"), of("out")), (known(1), known(2)), "{told}");
        assert!(of("in") >= 23, "{told}");
        // The incident that was declared, as text and not as markup.
        assert_eq!(
            told["heads"].as_array().unwrap().first(),
            Some(&json!("Incidents"))
        );
        let points = told["points"].as_array().unwrap();
        let is_declared = |point: &&Value| {
            point
                .as_str()
                .is_some_and(|text| text.contains("VPN & certifikat"))
        };
        assert!(points.iter().any(|point| is_declared(&point)), "{told}");
    }
    let paper = dir.join("report.pdf");
    let print = format!("--print-to-pdf={}", paper.display());
    chromium(
        &browser,
        dir,
        &[&print, "--no-pdf-header-footer"],
        "report.html",
    );
    let printed = std::fs::read(&paper).unwrap();
    assert!(
        printed.starts_with(b"%PDF-") && printed.len() > 10_000,
        "{}",
        printed.len()
    );
}
