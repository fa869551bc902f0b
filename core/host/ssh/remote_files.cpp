// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/host/ssh/remote_files.h"

#include "core/host/shell.h"

#include <algorithm>
#include <charconv>

namespace widthwise {

namespace {

/// Beginning with the files' names as $1, $2, …, and the requests on descriptor 4.
constexpr const char* readLoop = R"sh(
sizes=$(stat -L -c '%s %n' -- "$@" 2>/dev/null)
exec 3<<sizes_end
$sizes
sizes_end
read -r size name <&3
while read -r offset limit path <&4; do
    if [ "$name" != "$path" ]; then
        echo -
    else
        if [ -f "$path" ]; then
            [ "$offset" -ge 0 ] || offset=$((size + offset > 0 ? size + offset : 0))
            count=$((size - offset < limit ? size - offset : limit))
            echo "$size"
            if [ "$count" -gt 0 ] && [ "$offset" -eq 0 ]; then
                head -c "$count" -- "$path" 2>/dev/null
            elif [ "$count" -gt 0 ]; then
                tail -c "+$((offset + 1))" -- "$path" 2>/dev/null | head -c "$count"
            fi
        else
            echo -
        fi
        read -r size name <&3
    fi
    printf '\n%s\n' "$mark"
done
)sh";

std::string folderOf(const std::string& path)
{
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos || slash == 0 ? "" : path.substr(0, slash);
}

std::string makeFolder(const std::string& folder)
{
    return folder.empty() ? "" : "mkdir -p -- " + shellQuoted(folder) + "\n";
}

/// What `copy` takes from the input becomes the file.
std::string writeWith(const std::string& copy, const std::string& path)
{
    return "path=" + shellQuoted(path) + "\n{ " + copy +
           " >\"$path.part$$\" && mv -f -- \"$path.part$$\" \"$path\"; } || "
           "{ code=$?; rm -f -- \"$path.part$$\"; exit \"$code\"; }\n";
}

} // namespace

std::string readFilesScript(std::span<const FileRequest> requests, const std::string& mark)
{
    std::string names;
    std::string lines;
    for (const FileRequest& request : requests) {
        names += " " + shellQuoted(request.path);
        lines +=
            std::to_string(request.offset) + " " + std::to_string(request.limit) + " " + request.path + "\n";
    }
    return "mark=" + mark + "\nset --" + names + "\nexec 4<<'requests_end'\n" + lines + "requests_end\n" +
           readLoop;
}

std::vector<std::optional<FileSlice>> readSlices(std::string_view output, std::size_t count,
                                                 const std::string& mark)
{
    const std::string end = "\n" + mark + "\n";
    std::vector<std::optional<FileSlice>> slices;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t stop = output.find(end);
        const std::size_t line = output.find('\n');
        if (stop == std::string_view::npos)
            throw HostError("the answer of the host was cut off");
        FileSlice slice;
        const auto [rest, error] = std::from_chars(output.data(), output.data() + line, slice.size);
        if (error == std::errc()) {
            if (line < stop)
                slice.bytes = output.substr(line + 1, stop - line - 1);
            slices.emplace_back(std::move(slice));
        } else {
            slices.emplace_back(std::nullopt);
        }
        output.remove_prefix(stop + end.size());
    }
    return slices;
}

std::string writeFileScript(const std::string& path)
{
    return "set -e\n" + makeFolder(folderOf(path)) + writeWith("cat", path);
}

std::string writeFilesScript(std::span<const FileContents> files)
{
    std::string script = "set -e\n";
    std::string folder;
    for (const FileContents& file : files) {
        if (folderOf(file.path) != folder)
            script += makeFolder(folder = folderOf(file.path));
        script += writeWith("dd bs=64K iflag=fullblock,count_bytes status=none count=" +
                                std::to_string(file.contents.size()),
                            file.path);
    }
    return script;
}

} // namespace widthwise
