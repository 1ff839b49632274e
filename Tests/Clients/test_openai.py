"""The openai client makes pictures."""

import base64
import io
import sys
import tempfile
import urllib.request

import openai
from PIL import Image

import server


def main():
    with tempfile.TemporaryDirectory() as keys:
        key = server.key(keys, "ann", "submit")
        with server.running("--keys", f"{keys}/keys") as (address, _):
            client = openai.OpenAI(base_url=f"{address}/v1", api_key=key, max_retries=0)
            assert [model.id for model in client.models.list()] == ["landscape"]

            answer = client.images.generate(
                prompt="snowy mountains at noon, several pine trees", model="landscape", size="512x256", n=2,
                response_format="b64_json", extra_body={"seed": 3, "guidance_scale": 5, "steps": 20})
            pictures = [Image.open(io.BytesIO(base64.b64decode(image.b64_json))) for image in answer.data]
            assert len(pictures) == 2 and pictures[0].tobytes() != pictures[1].tobytes()
            for picture in pictures:
                server.is_a_landscape(picture, (512, 256))
            if len(sys.argv) > 1:
                pictures[0].save(sys.argv[1])

            answer = client.images.generate(prompt="a lake", size="256x256", quality="low")
            request = urllib.request.Request(answer.data[0].url, headers={"Authorization": f"Bearer {key}"})
            picture = Image.open(io.BytesIO(urllib.request.urlopen(request).read()))
            server.is_a_landscape(picture, (256, 256))

            for arguments, kind, field in [
                ({"size": "7x7"}, openai.BadRequestError, None), ({"style": "vivid"}, openai.BadRequestError, "style"),
                ({"model": "dall-e-3"}, openai.NotFoundError, "model"),
            ]:
                try:
                    client.images.generate(prompt="a lake", **arguments)
                    raise AssertionError(f"{arguments} was taken")
                except kind as error:
                    assert field is None or error.param == field, error
            try:
                openai.OpenAI(base_url=f"{address}/v1", api_key="wrong", max_retries=0).models.list()
                raise AssertionError("a wrong key was taken")
            except openai.AuthenticationError:
                pass
    print("openai", openai.__version__, "makes pictures")


if __name__ == "__main__":
    main()
