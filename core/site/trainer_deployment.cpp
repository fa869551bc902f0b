// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/trainer_deployment.h"

#include "core/experiment/amount_text.h"
#include "core/host/local_host.h"
#include "core/host/shell.h"
#include "core/launch/exit_reason.h"
#include "core/site/disk_findings.h"
#include "core/system/temporary_folder.h"

#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace widthwise {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto longWork = 10min; ///< packing, unpacking, a first run from a slow disk

std::string outputOf(Host& host, const std::string& what, const std::string& script,
                     std::chrono::milliseconds deadline)
{
    const CommandResult result = host.run(script, deadline);
    if (result.timedOut)
        throw HostError(what + ": no end within " + std::to_string(deadline / 1min) + " min");
    if (result.exitCode != 0)
        throw HostError(what + ": " +
                        exitReason(result.exitCode, result.errors.empty() ? result.output : result.errors));
    return result.output;
}

/// Twelve letters of the contents of all files, in their order.
std::string sumOf(const std::vector<std::string>& paths)
{
    std::string command = "sha256sum --";
    for (const std::string& path : paths)
        command += ' ' + shellQuoted(path);
    LocalHost local;
    return outputOf(local, "reading the trainer", command + " | cut -d' ' -f1 | sha256sum", longWork)
        .substr(0, 12);
}

std::string sumOf(const TrainerBundle& bundle, bool withLoader)
{
    std::vector<std::string> paths{bundle.trainer};
    for (const SharedLibrary& library : bundle.libraries)
        paths.push_back(library.path);
    if (withLoader)
        for (const SharedLibrary& library : bundle.glibc)
            paths.push_back(library.path);
    return sumOf(paths);
}

/// Numbers between dots.
std::vector<int> partsOf(const std::string& version)
{
    std::vector<int> parts;
    std::istringstream stream(version);
    for (std::string part; std::getline(stream, part, '.');)
        parts.push_back(std::atoi(part.c_str()));
    return parts;
}

std::string lines(std::initializer_list<std::string> commands)
{
    std::string script = "set -e\n";
    for (const std::string& command : commands)
        script += command + '\n';
    return script;
}

} // namespace

std::string refusalOf(const TrainerBundle& bundle, const DeploymentGround& ground)
{
    if (ground.machine != bundle.machine)
        return "this machine's trainer is for " + bundle.machine + ", and the site's processors are " +
               ground.machine + "; build it there: widthwisectl site deploy --source";
    return {};
}

bool needsLoader(const TrainerBundle& bundle, const DeploymentGround& ground)
{
    return ground.glibcVersion.empty() || partsOf(ground.glibcVersion) < partsOf(bundle.glibcVersion);
}

std::string findTrainerSource()
{
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    const fs::path archive = program.parent_path().parent_path() / "share/widthwise/trainer-source.tar.gz";
    return fs::is_regular_file(archive, error) ? archive.string() : std::string();
}

TrainerDeployment::TrainerDeployment(const Site& site, Host& host, DeploymentLog log)
    : m_site(site), m_host(host), m_log(std::move(log)), m_trainers(site.folder + "/trainers")
{
    if (site.folder.empty())
        throw HostError("the site " + site.name + " has no `folder:` to bring the trainer to");
}

DeploymentGround TrainerDeployment::ground()
{
    const std::string folder = shellQuoted(m_trainers);
    const std::string answer =
        outputOf(m_host, "the site " + m_site.name,
                 lines({"mkdir -p -- " + folder, "uname -m", "getconf GNU_LIBC_VERSION 2>/dev/null || echo",
                        "df -Pk -- " + folder}),
                 60s);
    std::istringstream stream(answer);
    DeploymentGround ground;
    std::string glibc;
    std::getline(stream, ground.machine);
    std::getline(stream, glibc);
    if (glibc.starts_with("glibc "))
        ground.glibcVersion = glibc.substr(6);
    if (const auto space = readDf(answer))
        ground.available = space->available;
    return ground;
}

bool TrainerDeployment::isThere(const std::string& version)
{
    const std::string program = shellQuoted(m_trainers + '/' + version + "/bin/widthwise-trainer");
    return m_host
               .run(quietPrologue(m_site) + "test -x " + program + " && " + program + " info --json",
                    longWork)
               .exitCode == 0;
}

/// Unpacks into a folder that is empty before.
void TrainerDeployment::send(const std::string& archive, const std::string& folder)
{
    const std::string there = folder + ".tar.gz";
    m_host.upload(archive, there);
    m_log("unpacking");
    outputOf(m_host, "unpacking on " + m_host.name(),
             lines({"rm -rf -- " + shellQuoted(folder), "mkdir -p -- " + shellQuoted(folder),
                    "tar -xzf " + shellQuoted(there) + " -C " + shellQuoted(folder),
                    "rm -f -- " + shellQuoted(there)}),
             longWork);
}

std::string TrainerDeployment::bringBundle(const std::string& trainer)
{
    LocalHost local;
    const TrainerBundle bundle = describeBundle(local, trainer);
    const DeploymentGround ground = this->ground();
    if (const std::string refusal = refusalOf(bundle, ground); !refusal.empty())
        throw HostError(refusal);
    const bool withLoader = needsLoader(bundle, ground);
    const std::string version = WIDTHWISE_VERSION "-" + sumOf(bundle, withLoader);
    if (isThere(version)) {
        m_log("it is there already");
        return finish(version);
    }
    m_log("packing the trainer with " + std::to_string(bundle.libraries.size()) + " libraries, " +
          bytesText(bundle.bytes) +
          (withLoader ? ", with its C library, which is newer than the site's" : ""));
    const TemporaryFolder folder;
    layOutBundle(bundle, folder.path() + "/tree", withLoader);
    const std::string archive = folder.path() + "/trainer.tar.gz";
    outputOf(local, "packing",
             "tar -C " + shellQuoted(folder.path() + "/tree") + " -ch bin lib | gzip -1 >" +
                 shellQuoted(archive),
             longWork);
    const std::uint64_t packed = fs::file_size(archive);
    if (ground.available != 0 && ground.available < packed + bundle.bytes)
        throw HostError("it needs " + bytesText(packed + bundle.bytes) + " in " + m_trainers + " on " +
                        m_host.name() + ", and there are " + bytesText(ground.available) +
                        ": make room, or name another `folder:`");
    m_log("sending " + bytesText(packed) + " to " + m_host.name() + ':' + m_trainers);
    send(archive, m_trainers + '/' + version + ".part");
    return finish(version);
}

std::string TrainerDeployment::build(const std::string& sourceArchive)
{
    if (sourceArchive.empty())
        throw HostError(
            "the trainer's sources (share/widthwise/trainer-source.tar.gz) are not installed beside this "
            "program: install Widthwise again");
    ground();
    const std::string version = WIDTHWISE_VERSION "-built-" + sumOf({sourceArchive});
    if (isThere(version)) {
        m_log("it is there already");
        return finish(version);
    }
    const std::string source = m_trainers + '/' + version + ".source";
    m_log("sending the sources, " + bytesText(fs::file_size(sourceArchive)));
    send(sourceArchive, source);
    m_log("building");
    const std::string script =
        m_site.slurm.prologue + "exec 2>&1\n" +
        lines({"cd " + shellQuoted(source),
               "cmake -S . -B build -DWIDTHWISE_CTL=OFF -DBUILD_TESTING=OFF -DCMAKE_BUILD_TYPE=Release "
               "-DCMAKE_INSTALL_PREFIX=" +
                   shellQuoted(m_trainers + '/' + version + ".part"),
               "cmake --build build --parallel \"$(nproc)\"", "cmake --install build", "cd ..",
               "rm -rf -- " + shellQuoted(source)});
    std::string rest;
    std::string last;
    const CommandResult result = m_host.stream(script, 3h, [&](std::string_view bytes) {
        rest += bytes;
        for (std::size_t end = rest.find('\n'); end != std::string::npos; end = rest.find('\n')) {
            last = rest.substr(0, end);
            m_log(last);
            rest.erase(0, end + 1);
        }
    });
    if (result.exitCode != 0 || result.timedOut)
        throw HostError("the build on " + m_host.name() + " failed: " + exitReason(result.exitCode, last) +
                        "; it needs cmake 3.25, a C++20 compiler, LibTorch, HDF5, yaml-cpp, nlohmann-json "
                        "and libdeflate, "
                        "which a `prologue:` can load");
    return finish(version);
}

/// Tries what lies in VERSION.part, gives it its name, and switches the link.
std::string TrainerDeployment::finish(const std::string& version)
{
    const std::string folder = m_trainers + '/' + version;
    const std::string part = shellQuoted(folder + ".part");
    if (m_host.run("test -e " + part, 30s).exitCode == 0) {
        m_log("trying it there");
        outputOf(m_host, "the trainer does not run on " + m_host.name(),
                 quietPrologue(m_site) + part +
                     "/bin/widthwise-trainer info --json || { code=$?; rm -rf -- " + part + "; exit $code; }",
                 longWork);
        outputOf(m_host, "naming the folder",
                 "rm -rf -- " + shellQuoted(folder) + " && mv -T -- " + part + ' ' + shellQuoted(folder),
                 60s);
    }
    outputOf(m_host, "switching to the new trainer",
             lines({"cd " + shellQuoted(m_site.folder), "mkdir -p bin",
                    "ln -sfn ../trainers/" + version + "/bin/widthwise-trainer bin/.widthwise-trainer.new",
                    "mv -fT bin/.widthwise-trainer.new bin/widthwise-trainer"}),
             60s);
    m_log(m_site.folder + "/bin/widthwise-trainer is now " + version);
    return folder;
}

} // namespace widthwise
