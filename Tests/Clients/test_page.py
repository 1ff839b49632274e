"""The web page in a real browser, by keyboard alone."""

import base64
import json
import pathlib
import tempfile
import urllib.request

from selenium.webdriver.common.keys import Keys

import browser
import relay
import server

# What would run if a prompt were taken for markup.
PROMPT = "green hills and a lake at noon <img src=x onerror=\"window.isBroken = 1\"><script>window.isBroken = 1</script>"

TARGETS = """
    return [...document.querySelectorAll("button, input, select, textarea, summary, a[href]")]
        .filter((element) => element.checkVisibility() && !element.classList.contains("skip"))
        .map((element) => [element.outerHTML.slice(0, 80), element.getBoundingClientRect().height])
        .filter(([name, height]) => height < 40);
"""


def is_live(tab):
    tab.wait("the connection", "document.querySelector('#link-state').dataset.state === 'live'")


def order(tab, prompt, *, width=None, height=None, seed=None, steps=None):
    """Fills in the form and sends it."""
    tab.tab_to("#prompt", backwards=True)
    tab.replace(prompt)
    for name, value in [("width", width), ("height", height), ("seed", seed)]:
        if value is not None:
            tab.tab_to(f"#{name}")
            tab.replace(str(value))
    tab.tab_to("#guidance_scale")
    tab.replace("5")
    if steps is not None:
        tab.tab_to("#advanced summary")
        if not tab.script("return document.querySelector('#advanced').open"):
            tab.press(Keys.ENTER)
        tab.tab_to("#steps")
        tab.replace(str(steps))
    tab.press(Keys.ENTER)


def renders(tab):
    """A picture from its prompt to the gallery, and again."""
    tab.tab_to("#prompt")
    tab.press("x")
    # Small and large sizes: the arrows choose.
    tab.tab_to("#sizes input")
    tab.press(Keys.ARROW_LEFT)
    assert tab.script("return document.querySelector('#width').value") == "512"
    tab.press(Keys.ARROW_RIGHT)
    order(tab, PROMPT, seed=3, steps=20)
    tab.wait("the job", "document.querySelector('.is-running[data-job=\"1\"]')")
    tab.wait(
        "some progress",
        "document.querySelector('[data-job=\"1\"] [role=progressbar]').getAttribute('aria-valuenow') > 0")
    tab.wait("who is at which part", "document.querySelector('[data-job=\"1\"] .tiles [data-state=at-work]')")
    tab.wait("the workers' words", "document.querySelector('#workers .work').textContent.includes('Picture 1')")
    tab.wait("a preview", "document.querySelector('[data-job=\"1\"] .frame img').naturalWidth > 0")
    tab.picture("running")
    shown = tab.script("return document.querySelector('[data-job=\"1\"] .prompt').textContent")
    assert shown == PROMPT, shown

    tab.wait("the picture", "document.querySelector('#gallery [data-job=\"1\"]')")
    tab.script("document.querySelector('#gallery [data-job=\"1\"]').scrollIntoView()")
    # Small there, whole where it is opened.
    tab.wait("its pixels", "document.querySelector('#gallery [data-job=\"1\"] img').naturalWidth === 512")
    tab.picture("gallery")

    tab.tab_to("#gallery .thumb")
    tab.press(Keys.ENTER)
    tab.wait("the large picture", "document.querySelector('#picture-full').naturalWidth === 1024")
    tab.picture("large")
    facts = tab.script("return document.querySelector('#picture-facts').innerText")
    assert "20" in facts and "1024 × 1024" in facts and "AP-LDM" in facts, facts
    tab.press(Keys.ESCAPE)
    tab.wait("the end of the dialog", "!document.querySelector('#picture-dialog').open")
    assert tab.script("return document.activeElement.matches('#gallery .thumb')"), "the focus is lost"

    for name in ["prompt", "seed", "steps", "guidance_scale"]:
        tab.script(f"document.querySelector('#{name}').value = ''")
    tab.tab_to("#gallery .actions button")
    tab.press(Keys.ENTER)
    filled = {
        name: tab.script(f"return document.querySelector('#{name}').value")
        for name in ["prompt", "seed", "steps", "guidance_scale", "width", "height", "method"]}
    assert filled == {
        "prompt": PROMPT, "seed": "3", "steps": "20", "guidance_scale": "5", "width": "1024", "height": "1024",
        "method": "apldm"}, filled
    assert tab.script("return document.activeElement.id") == "prompt"


def says_what_is_wrong(tab):
    tab.complaints()
    order(tab, "a lake", width=7)
    error = tab.wait("the error", "document.querySelector('#width-error')?.textContent")
    assert "7" in error, error
    at = tab.script(
        "const at = document.activeElement; return [at.id, at.getAttribute('aria-describedby'), at.ariaInvalid]")
    assert at == ["width", "width-error", "true"], at
    tab.replace("256")
    assert tab.script("return document.querySelector('#width-error')") is None
    tab.tab_to("#seed")
    tab.replace("twelve")
    tab.press(Keys.ENTER)
    tab.wait("the error", "document.querySelector('#seed-error')")
    tab.replace("3")
    complaints = tab.complaints()
    assert len(complaints) == 1 and "400" in complaints[0], complaints


def cancels(tab):
    order(tab, "mountains and a lake", width=2048, height=2048)
    tab.wait("the job", "document.querySelector('.is-running[data-job=\"2\"]')")
    tab.tab_to("#running [data-job='2'] button[aria-label^='Cancel']")
    tab.press(Keys.ENTER)
    tab.wait("its end", "document.querySelector('#ended [data-job=\"2\"] [data-state=cancelled]')")
    # The button is gone, and the focus is not lost with it.
    assert tab.script("return document.activeElement.id") == "queue-title"


def enlarges_again(tab, address):
    """What a client sent to be enlarged is enlarged again from the page."""
    thumbnail = urllib.request.urlopen(f"{address}/v1/jobs/1/thumbnail").read()
    order = {"prompt": "a lake", "init_images": [base64.b64encode(thumbnail).decode()], "steps": 4, "cfg_scale": 1}
    request = urllib.request.Request(
        f"{address}/sdapi/v1/img2img", json.dumps(order).encode(), {"Content-Type": "application/json"})
    urllib.request.urlopen(request).read()
    job = json.load(urllib.request.urlopen(f"{address}/v1/jobs?limit=1"))["jobs"][0]
    tab.wait("the picture", f"document.querySelector('#gallery [data-job=\"{job['id']}\"]')")
    tab.tab_to(f"#gallery [data-job='{job['id']}'] .actions button")
    tab.press(Keys.ENTER)
    assert "512 × 512" in tab.script("return document.querySelector('#start').innerText")
    tab.picture("enlarges")
    tab.tab_to("#submit")
    tab.press(Keys.ENTER)
    tab.wait("the next", f"document.querySelector('[data-job=\"{job['id'] + 1}\"]')")
    again = json.load(urllib.request.urlopen(f"{address}/v1/jobs/{job['id'] + 1}"))
    assert again["start_picture"] == job["start_picture"], again
    tab.tab_to("#start-drop", backwards=True)
    tab.press(Keys.ENTER)
    assert tab.script("return document.querySelector('#start').checkVisibility()") is False
    assert tab.script("return document.activeElement.id") == "prompt"


def fits_on_phones(tab):
    for dark in [False, True]:
        for width in [320, 360, 400, 1360]:
            tab.size(width, 800, dark)
            at_most = tab.wait("the size", f"innerWidth === {width} && document.documentElement.scrollWidth")
            assert at_most <= width, f"{width} pixels are not enough: {at_most}"
            if width < 500:
                small = tab.script(TARGETS)
                assert not small, f"too small for a finger: {small}"
            tab.picture(f"page-{width}-{'dark' if dark else 'light'}")
    tab.size(1360, 960)


def comes_back(tab, address):
    way = relay.Relay(address)
    tab.driver.get(way.address)
    is_live(tab)
    way.cut()
    tab.wait("a notice", "!document.querySelector('#notice').hidden")
    assert "does not answer" in tab.script("return document.querySelector('#notice').textContent")
    way.mend()
    is_live(tab)
    assert tab.script("return document.querySelector('#notice').hidden")
    tab.wait("the pictures", "document.querySelector('#gallery [data-job=\"1\"]')")
    way.cut()
    # Where nothing answers the browser says so, too.
    assert all("ERR_" in complaint for complaint in tab.complaints())


def without_keys():
    with server.running() as (address, _), browser.running() as tab:
        tab.driver.get(address)
        is_live(tab)
        tab.wait("the empty states", "!document.querySelector('#gallery-empty').hidden")
        renders(tab)
        assert tab.complaints() == []
        says_what_is_wrong(tab)
        cancels(tab)
        fits_on_phones(tab)
        enlarges_again(tab, address)
        assert tab.script("return window.isBroken ?? null") is None, "a prompt was taken for markup"
        assert tab.script("return document.querySelectorAll('main script, img[src=\"x\"]').length") == 0
        assert tab.complaints() == []
        elsewhere = [url for url in tab.asked() if not url.startswith((address, "blob:", "data:"))]
        assert elsewhere == [], elsewhere
        comes_back(tab, address)


def with_keys():
    with tempfile.TemporaryDirectory() as keys:
        root, looker = server.key(keys, "root", "admin"), server.key(keys, "eve", "read")
        with server.running("--keys", pathlib.Path(keys, "keys")) as (address, _), browser.running() as tab:
            order = {"prompt": "a lake at noon", "width": 256, "height": 256, "steps": 10, "guidance_scale": 5}
            urllib.request.urlopen(urllib.request.Request(
                f"{address}/v1/jobs", json.dumps(order).encode(),
                {"Authorization": f"Bearer {root}", "Content-Type": "application/json"})).read()

            def enter(key):
                tab.wait("the dialog", "document.querySelector('#key-dialog').open")
                assert tab.script("return document.activeElement.id") == "key"
                tab.replace(key)
                tab.press(Keys.ENTER)

            tab.driver.get(address)
            tab.wait("the dialog", "document.querySelector('#key-dialog').open")
            tab.press(Keys.ESCAPE)
            tab.wait("its end", "!document.querySelector('#key-dialog').open")
            tab.tab_to("#notice-button")
            tab.press(Keys.ENTER)
            enter("apldm-wrong")
            tab.wait("the answer", "document.querySelector('#key-error').textContent.includes('not known')")
            tab.picture("key")
            enter(looker)
            is_live(tab)
            assert tab.script("return document.querySelector('#form').checkVisibility()") is False
            tab.wait("the picture", "document.querySelector('#gallery img').naturalWidth === 256")
            buttons = tab.script(
                "return [...document.querySelectorAll('main button')].filter((one) => one.checkVisibility())"
                ".map((one) => one.textContent)")
            assert buttons == ["", "Download"], buttons
            assert tab.script("return [localStorage.length, document.cookie, sessionStorage.length]") == [0, "", 1]

            tab.tab_to("#forget-key", backwards=True)
            tab.press(Keys.ENTER)
            enter(root)
            is_live(tab)
            assert tab.script("return document.querySelector('#form').checkVisibility()")
            for label, state in [("Drain", "drained"), ("Undrain", "available")]:
                tab.wait(
                    "the button",
                    f"document.querySelector('#workers button[aria-label=\"{label} local-1\"]')?.checkVisibility()")
                tab.tab_to(f"#workers button[aria-label='{label} local-1']")
                tab.press(Keys.ENTER)
                tab.wait(state, f"document.querySelectorAll('#workers .tag')[1].dataset.state === '{state}'")
            wrong = [complaint for complaint in tab.complaints() if "401" not in complaint]
            assert wrong == [], wrong


def main():
    without_keys()
    with_keys()
    print("the page does what it is for")


if __name__ == "__main__":
    main()
