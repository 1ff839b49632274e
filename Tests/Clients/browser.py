"""A headless Chromium that reaches nothing but this host, and what one does with it."""

import contextlib
import json
import os
import pathlib
import shutil

from selenium import webdriver
from selenium.common.exceptions import JavascriptException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

PATIENCE = 240


class Browser:
    """One tab; keys are pressed as somebody without a mouse does."""

    def __init__(self, driver):
        self.driver = driver
        self.script = driver.execute_script

    def wait(self, what, script, *arguments, patience=PATIENCE):
        """Waits until an expression is true, and gives its value."""
        def look(driver):
            with contextlib.suppress(JavascriptException):
                return driver.execute_script(f"return {script}", *arguments)
            return None
        return WebDriverWait(self.driver, patience, 0.1).until(look, f"waited in vain for {what}")

    def press(self, *keys):
        ActionChains(self.driver).send_keys(*keys).perform()

    def replace(self, text):
        """Writes in place of what stands in the field that has the focus."""
        ActionChains(self.driver).key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).perform()
        self.press(text)

    def tab_to(self, selector, backwards=False):
        """Presses Tab until an element has the focus, which has to be seen all the way."""
        for _ in range(80):
            at, is_there, is_seen = self.script(FOCUS, selector)
            assert is_seen, f"nobody sees that {at} has the focus"
            if is_there:
                return
            chain = ActionChains(self.driver)
            if backwards:
                chain.key_down(Keys.SHIFT).send_keys(Keys.TAB).key_up(Keys.SHIFT).perform()
            else:
                chain.send_keys(Keys.TAB).perform()
        raise AssertionError(f"Tab does not lead to {selector}")

    def size(self, width, height, dark=False):
        """Makes the window another one: narrow ones are phones."""
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500})
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})

    def picture(self, name):
        """Saves what is seen in the folder $APLDM_SCREENSHOTS, where that is set."""
        if folder := os.environ.get("APLDM_SCREENSHOTS"):
            self.driver.save_screenshot(str(pathlib.Path(folder, f"{name}.png")))

    def complaints(self):
        """What the console has to say since the last time."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def asked(self):
        """The addresses that were asked for since the last time."""
        messages = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        return {
            message["params"]["request"]["url"] for message in messages
            if message["method"] == "Network.requestWillBeSent"}


# What has the focus, whether it is what is looked for, and whether it is marked: itself or its label.
FOCUS = """
    const at = document.activeElement;
    const marked = [at, at.closest("label")].some((element) => {
        const style = element && getComputedStyle(element);
        return style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    });
    return [at.outerHTML.slice(0, 120), at.matches(arguments[0]), marked || at === document.body];
"""


@contextlib.contextmanager
def running():
    """Starts the browser, and ends it afterwards."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in [
        "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--no-first-run", "--hide-scrollbars",
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1", "--window-size=1360,960",
    ]:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    service = webdriver.ChromeService(executable_path=shutil.which("chromedriver"))
    driver = webdriver.Chrome(options=options, service=service)
    try:
        yield Browser(driver)
    finally:
        driver.quit()
