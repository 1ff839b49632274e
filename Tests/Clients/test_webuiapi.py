"""The webuiapi client, made for AUTOMATIC1111's web UI, makes and enlarges pictures."""

import sys
import tempfile
import threading
import time
import urllib.parse

import webuiapi

import server


def main():
    with tempfile.TemporaryDirectory() as keys:
        key = server.key(keys, "ann", "submit")
        with server.running("--keys", f"{keys}/keys") as (address, _):
            where = urllib.parse.urlparse(address)
            api = webuiapi.WebUIApi(host=where.hostname, port=where.port, username="ann", password=key)
            assert "Euler a" in api.util_get_sampler_names() and "karras" in api.util_get_scheduler_names()
            assert api.util_get_current_model() == api.util_get_model_names()[0]
            api.util_set_model("landscape")
            api.get_cmd_flags()

            drawn = api.txt2img(
                prompt="green hills and a lake at noon", negative_prompt="night", seed=7, cfg_scale=5, width=256,
                height=256, enable_hr=True, hr_scale=2)
            server.is_a_landscape(drawn.image, (512, 512))
            assert drawn.info["seed"] == 7 and drawn.info["width"] == 512 and drawn.parameters["cfg_scale"] == 5
            assert "green hills" in drawn.image.info["parameters"]

            enlarged = api.img2img(
                images=[drawn.image.crop((0, 0, 256, 256))], prompt="green hills", seed=1, cfg_scale=5, width=512,
                height=512, sampler_name="Euler", steps=20)
            server.is_a_landscape(enlarged.image, (512, 512))
            if len(sys.argv) > 1:
                drawn.image.save(sys.argv[1])

            # Far too large to be done soon; progress is seen, and it is interrupted.
            seen = []
            large = threading.Thread(
                target=lambda: seen.append(api.txt2img(prompt="a lake", width=1536, height=1536, sampler_name="Euler")))
            large.start()
            watcher = webuiapi.WebUIApi(host=where.hostname, port=where.port, username="ann", password=key)
            while not 0.01 < watcher.get_progress()["progress"] < 1:
                time.sleep(0.1)
            watcher.interrupt()
            large.join()
            assert seen[0].images == []
            watcher.util_wait_for_ready()

            try:
                api.txt2img(prompt="a lake", tiling=True)
                raise AssertionError("tiling was taken")
            except RuntimeError as error:
                assert "tiling" in str(error), error
    print("webuiapi makes pictures")


if __name__ == "__main__":
    main()
