"""Files that a scene names: below its own folder or among the bundled assets, never elsewhere."""

from importlib.resources import files
from importlib.resources.abc import Traversable

from engine.scenario.document import SceneDocument
from engine.scenario.errors import Refused
from engine.scenario.table import relative_path


def relative_file(document: SceneDocument, name: str) -> Traversable:
    """Return the file of that name: from the scene's folder, else from the bundled assets.

    Links that lead out of the scene's folder are not followed.

    Raises:
        Refused: The name leaves the folder, or no such file exists.
    """
    relative_path(name)
    tried = []
    if document.folder is not None:
        folder = document.folder.resolve()
        file = (folder / name).resolve()
        if file.is_file():
            if not file.is_relative_to(folder):
                raise Refused(f'"{name}" is a link that leads out of the scene\'s folder')
            return file
        tried.append(f"in {document.folder}")
    asset = files("assets").joinpath(name)
    if asset.is_file():
        return asset
    tried.append("among the bundled assets")
    raise Refused(f'no file "{name}" {" nor ".join(tried)}')
