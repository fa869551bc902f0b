// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/host/ssh/remote_files.h"

#include "core/host/shell.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <sstream>

namespace widthwise {

namespace {

/// Beginning with the files' names as $1, $2, …, and the requests on descriptor 4; what is asked for with
/// listings lies in $list_0, $list_1, … A file that is one short line, as each of many trials has for its
/// status, is read without a process; a NUL would show in the line's length. The kernel's own files have the
/// size 0 until they are read.
constexpr const char* readLoop = R"sh(
sizes=$(stat -L -c '%s %i %Y %n' -- "$@" 2>/dev/null)
exec 3<<sizes_end
$sizes
sizes_end
read -r size inode time name <&3
while read -r offset limit unless path <&4; do
    if [ "$offset" = list ]; then
        echo 0
        eval "printf '%s\\n' \"\$list_$limit\""
    elif [ "$name" != "$path" ]; then
        echo -
    else
        if [ -f "$path" ]; then
            case $size$path in 0/proc/*) size=$(head -c "$limit" -- "$path" 2>/dev/null | wc -c) ;; esac
            [ "$offset" -ge 0 ] || offset=$((size + offset > 0 ? size + offset : 0))
            count=$((size - offset < limit ? size - offset : limit))
            echo "$size $inode $inode:$size:$time"
            if [ "$unless" = "$inode:$size:$time" ]; then
                :
            elif [ "$count" -le 1000 ] && [ "$count" -eq "$size" ] &&
                IFS= read -r line <"$path" && [ $((${#line} + 1)) -eq "$size" ]; then
                printf '%s\n' "$line"
            elif [ "$count" -gt 0 ] && [ "$offset" -eq 0 ]; then
                head -c "$count" -- "$path" 2>/dev/null
            elif [ "$count" -gt 0 ]; then
                tail -c "+$((offset + 1))" -- "$path" 2>/dev/null | head -c "$count"
            fi
        else
            echo -
        fi
        read -r size inode time name <&3
    fi
    printf '\n%s\n' "$mark"
done
)sh";

/// A new file needs no process, one that is replaced a `mv`. The shell's own printf does not tell why it
/// failed.
constexpr const char* putFunction = R"sh(
put() { # path, contents as for printf %b
    to=$1
    [ ! -e "$1" ] || to=$1.part$$
    if printf %b "$2" 2>/dev/null >"$to" || printf %b "$2" | cat >"$to"; then
        [ "$to" = "$1" ] || mv -f -- "$to" "$1"
    else
        rm -f -- "$to"
        exit 1
    fi
}
)sh";

std::string folderOf(const std::string& path)
{
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos || slash == 0 ? "" : path.substr(0, slash);
}

/// For the shell, all of it quoted but for `*` and `?`.
std::string globQuoted(const std::string& path)
{
    std::string text;
    for (std::size_t at = 0; at < path.size();) {
        const std::size_t end = std::min(path.find_first_of("*?", at), path.size());
        if (end > at)
            text += shellQuoted(path.substr(at, end - at));
        if (end < path.size())
            text += path[end];
        at = end + 1;
    }
    return text;
}

/// For printf %b.
std::string escaped(std::string_view contents)
{
    std::string text;
    for (const char character : contents) {
        if (character == '\0')
            text += "\\0000";
        else if (character == '\\')
            text += "\\\\";
        else
            text += character;
    }
    return text;
}

} // namespace

std::string readFilesScript(std::span<const FileRequest> requests, const std::string& mark)
{
    std::string names;
    std::string listings;
    std::string lines;
    for (std::size_t i = 0; i < requests.size(); ++i) {
        const FileRequest& request = requests[i];
        if (request.listing) {
            listings += "list_" + std::to_string(i) + "=$(stat -L -c '%.9Y %n' -- " +
                        globQuoted(request.path) + " 2>/dev/null)\n";
            lines += "list " + std::to_string(i) + " - -\n";
        } else {
            names += " " + shellQuoted(request.path);
            lines += std::to_string(request.offset) + ' ' + std::to_string(request.limit) + ' ' +
                     (request.unless.empty() ? "-" : request.unless) + ' ' + request.path + '\n';
        }
    }
    return "mark=" + mark + '\n' + listings + "set --" + names + "\nexec 4<<'requests_end'\n" + lines +
           "requests_end\n" + readLoop;
}

std::vector<std::optional<FileSlice>>
readSlices(std::string_view output, std::span<const FileRequest> requests, const std::string& mark)
{
    const std::string end = "\n" + mark + "\n";
    std::vector<std::optional<FileSlice>> slices;
    for (const FileRequest& request : requests) {
        const std::size_t stop = output.find(end);
        const std::size_t line = output.find('\n');
        if (stop == std::string_view::npos)
            throw HostError("the answer of the host was cut off");
        FileSlice slice;
        const char* const last = output.data() + line;
        const auto [rest, error] = std::from_chars(output.data(), last, slice.size);
        if (error == std::errc()) {
            std::istringstream words(std::string(rest, last));
            words >> slice.inode >> slice.stamp;
            slice.same = !slice.stamp.empty() && slice.stamp == request.unless;
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
    const std::string folder = folderOf(path);
    return "set -e\n" + (folder.empty() ? "" : "mkdir -p -- " + shellQuoted(folder) + "\n") +
           "path=" + shellQuoted(path) +
           "\n{ cat >\"$path.part$$\" && mv -f -- \"$path.part$$\" \"$path\"; } || "
           "{ code=$?; rm -f -- \"$path.part$$\"; exit \"$code\"; }\n";
}

std::string uploadScript(const std::string& path, const std::string& sha256, bool isProgram)
{
    const std::string folder = folderOf(path);
    return "set -e\n" + (folder.empty() ? "" : "mkdir -p -- " + shellQuoted(folder) + "\n") +
           "path=" + shellQuoted(path) + "\npart=$path.part$$\n" +
           "[ ! -d \"$path\" ] || { echo \"$path is a folder\" >&2; exit 1; }\n"
           "trap 'rm -f -- \"$part\"' EXIT\n"
           "trap 'exit 1' HUP INT TERM PIPE\n"
           "cat >\"$part\"\n"
           "sum=$(sha256sum <\"$part\")\n"
           "[ \"${sum%% *}\" = " +
           sha256 + " ] || exit " + std::to_string(notWhatWasSent) + "\nchmod " + (isProgram ? "+x" : "-x") +
           " -- \"$part\"\nmv -f -- \"$part\" \"$path\"\n";
}

std::string writeFilesScript(std::span<const FileContents> files)
{
    std::set<std::string> folders;
    std::string lines;
    for (const FileContents& file : files) {
        folders.insert(folderOf(file.path));
        lines += "put " + shellQuoted(file.path) + ' ' + shellQuoted(escaped(file.contents)) + '\n';
    }
    folders.erase("");
    std::string script = "set -e\n";
    for (const std::string& folder : folders)
        script += (script.ends_with('\n') ? "mkdir -p -- " : " ") + shellQuoted(folder);
    return script + putFunction + lines;
}

} // namespace widthwise
