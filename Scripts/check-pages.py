#!/usr/bin/env python3
"""Opens every page below a folder of reports in headless Chromium: axe finds no violation of accessibility in it, in
light and in dark, wide and narrow, nothing is wider than the window, and the console says nothing.

Usage: check-pages.py REPORTS PICTURES

Pictures of the pages and their prints are put into PICTURES, to be looked at.
"""

import base64
import importlib.util
import sys
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

reports, pictures = Path(sys.argv[1]), Path(sys.argv[2])
# Of that package only the file is used, without what it wants installed beside it.
axe = Path(importlib.util.find_spec("axe_playwright_python").origin).with_name("axe.min.js").read_text()

options = webdriver.ChromeOptions()
options.binary_location = "/usr/bin/chromium"
for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage"):
    options.add_argument(argument)
options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
pictures.mkdir(parents=True, exist_ok=True)
pages = sorted(reports.glob("patients/*/index.html")) + sorted(reports.glob("patients/*/*/report.html"))
assert pages, "no page"
views, wrong = 0, []
try:
    for page in pages:
        name = "-".join(page.relative_to(reports / "patients").with_suffix("").parts)
        for width in (1280, 400):
            driver.execute_cdp_cmd(
                "Emulation.setDeviceMetricsOverride",
                {"width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": width < 600},
            )
            for scheme in ("light", "dark"):
                driver.execute_cdp_cmd(
                    "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
                )
                driver.get(page.absolute().as_uri())
                where = f"{name} at {width}, {scheme}"
                wrong += [f"{where}: the console says: {entry['message']}" for entry in driver.get_log("browser")]
                inner = driver.execute_script("return document.documentElement.scrollWidth")
                if inner > width:
                    wrong.append(f"{where}: is {inner} wide")
                # Sections that are closed are looked at open.
                driver.execute_script("for (const part of document.querySelectorAll('details')) part.open = true")
                driver.execute_script(axe)
                found = driver.execute_async_script(
                    "const done = arguments[0]; axe.run().then(done, error => done({violations: [{id: String(error), "
                    "nodes: []}], passes: []}))"
                )
                assert found["passes"] or found["violations"], "axe has looked at nothing"
                for violation in found["violations"]:
                    nodes = violation["nodes"]
                    wrong.append(
                        f"{where}: axe: {violation['id']} ({violation.get('impact')}), {len(nodes)} times: "
                        + "; ".join(node["html"][:150] + " " + node["failureSummary"][-300:] for node in nodes[:2])
                    )
                views += 1
                driver.get(page.absolute().as_uri())
                height = driver.execute_script("return document.documentElement.scrollHeight")
                shot = driver.execute_cdp_cmd(
                    "Page.captureScreenshot",
                    {
                        "captureBeyondViewport": True,
                        "clip": {"x": 0, "y": 0, "width": width, "height": min(height, 8000), "scale": 1},
                    },
                )
                (pictures / f"{name}-{width}-{scheme}.png").write_bytes(base64.b64decode(shot["data"]))
        print_ = driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True, "printBackground": False})
        (pictures / f"{name}.pdf").write_bytes(base64.b64decode(print_["data"]))
finally:
    driver.quit()
for line in dict.fromkeys(wrong):
    print("  " + line, file=sys.stderr)
print(f"  {len(pages)} pages in {views} views, {len(wrong)} faults")
sys.exit(1 if wrong else 0)
