// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/staging.h"

#include "core/host/checksum.h"
#include "core/host/local_host.h"
#include "core/host/shell.h"

#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <sstream>

namespace widthwise {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using namespace std::chrono_literals;

/// Times of a file system tell two changes apart that lie further from each other.
constexpr std::int64_t timeResolution = 2'000'000'000; // ns

/// How a file lies here. The time of its last change of any kind can, unlike that of its contents, not be
/// set.
struct Stamp {
    std::int64_t size = 0;
    std::int64_t modified = 0; ///< ns since the epoch
    std::int64_t changed = 0;
    bool operator==(const Stamp&) const = default;
};

/// What was sent. `there` is as `stat` on the host told it.
struct Manifest {
    Stamp here;
    std::string sha256;
    std::string there;
};

/// A file on the host; `stat` is empty where there is none.
struct Staged {
    std::string stat;
    std::optional<Manifest> manifest;
};

std::int64_t nanoseconds(const timespec& time)
{
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

Stamp stampOf(const std::string& path)
{
    struct stat about {};
    if (stat(path.c_str(), &about) != 0)
        throw HostError("cannot read " + path + ": " + std::strerror(errno));
    return {about.st_size, nanoseconds(about.st_mtim), nanoseconds(about.st_ctim)};
}

std::string manifestPath(const std::string& path)
{
    const fs::path file(path);
    return file.parent_path() / ('.' + file.filename().string() + ".staged.json");
}

std::string toLine(const Manifest& manifest)
{
    return Json{{"size", manifest.here.size},
                {"modified", manifest.here.modified},
                {"changed", manifest.here.changed},
                {"sha256", manifest.sha256},
                {"there", manifest.there}}
               .dump(-1, ' ', false, Json::error_handler_t::replace) +
           '\n';
}

/// Nothing where it is not one: the contents decide then.
std::optional<Manifest> readManifest(const std::string& line)
{
    try {
        const Json json = Json::parse(line);
        return Manifest{
            {json.at("size"), json.at("modified"), json.at("changed")}, json.at("sha256"), json.at("there")};
    } catch (const Json::exception&) {
        return std::nullopt;
    }
}

/// Two lines for each file: how it lies there, and its manifest.
std::vector<Staged> lookAt(Host& host, const std::vector<std::string>& paths)
{
    std::string script =
        "look() {\n"
        "  { [ -f \"$1\" ] && TZ=UTC0 stat -L -c '%s %y %z' -- \"$1\" 2>/dev/null; } || echo\n"
        "  line=\n"
        "  [ ! -f \"$2\" ] || IFS= read -r line <\"$2\"\n"
        "  printf '%s\\n' \"$line\"\n}\n";
    for (const std::string& path : paths)
        script += "look " + shellQuoted(path) + ' ' + shellQuoted(manifestPath(path)) + '\n';
    const CommandResult result = host.run("exec /bin/sh", 5min, script + "echo end\n");
    std::istringstream lines(result.output);
    std::vector<Staged> staged;
    std::string manifest;
    for (std::size_t i = 0; i < paths.size(); ++i) {
        std::getline(lines, staged.emplace_back().stat);
        std::getline(lines, manifest);
        staged.back().manifest = readManifest(manifest);
    }
    if (std::string end; !std::getline(lines, end) || end != "end")
        throw HostError("cannot look at the files on " + host.name() + ": " +
                        (result.timedOut ? "no answer in time" : result.errors));
    return staged;
}

/// One file on its way.
class Staging {
public:
    Staging(Host& host, std::string here, std::string there)
        : m_host(host), m_here(std::move(here)), m_there(std::move(there))
    {
    }

    /// The SHA-256 of what lies on both sides afterwards; nothing where both are as they were.
    std::optional<std::string> bring(const Staged& staged)
    {
        m_stamp = stampOf(m_here);
        const bool untouchedThere = staged.manifest && staged.manifest->there == staged.stat;
        if (untouchedThere && staged.manifest->here == m_stamp)
            return std::nullopt;
        if (staged.stat.starts_with(std::to_string(m_stamp.size) + ' ')) {
            LocalHost local;
            const std::string sum = sha256Of(local, m_here);
            refuseIfChanged();
            if (sum == (untouchedThere ? staged.manifest->sha256 : sha256Of(m_host, m_there)))
                return sum;
        }
        std::string sum = m_host.upload(m_here, m_there);
        refuseIfChanged();
        return sum;
    }

    /// Of a file that changed a moment ago another change may bear the same time: it is not trusted again.
    Stamp stamp() const
    {
        const std::int64_t now =
            std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
        const bool settled = std::max(m_stamp.modified, m_stamp.changed) + timeResolution < now;
        return settled ? m_stamp : Stamp{.size = m_stamp.size};
    }

private:
    void refuseIfChanged() const
    {
        if (stampOf(m_here) != m_stamp)
            throw HostError(m_here + " changed while it was brought to " + m_host.name() +
                            "; run it again once the file is complete");
    }

    Host& m_host;
    std::string m_here;
    std::string m_there;
    Stamp m_stamp;
};

} // namespace

void stageFiles(Host& host, const std::vector<std::string>& files, const std::string& baseDirectory,
                const std::string& folder)
{
    if (files.empty())
        return;
    std::vector<std::string> paths;
    for (const std::string& file : files)
        paths.push_back(folder + '/' + file);
    const std::vector<Staged> before = lookAt(host, paths);
    std::vector<std::string> brought;
    std::vector<Manifest> manifests;
    for (std::size_t i = 0; i < files.size(); ++i) {
        Staging staging(host, baseDirectory + '/' + files[i], paths[i]);
        if (auto sum = staging.bring(before[i])) {
            brought.push_back(paths[i]);
            manifests.push_back({staging.stamp(), std::move(*sum), {}});
        }
    }
    if (brought.empty())
        return;
    const std::vector<Staged> after = lookAt(host, brought);
    std::vector<FileContents> written;
    for (std::size_t i = 0; i < brought.size(); ++i) {
        manifests[i].there = after[i].stat;
        written.push_back({manifestPath(brought[i]), toLine(manifests[i])});
    }
    host.writeFiles(written);
}

} // namespace widthwise
