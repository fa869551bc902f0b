// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/trainer_bundle.h"

#include "core/host/shell.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace widthwise {

namespace {

namespace fs = std::filesystem;

constexpr const char* programFolder = "bin";
constexpr const char* libraryFolder = "lib/widthwise-trainer";

/// The loader is told its libraries outright: what LD_LIBRARY_PATH names on a strange machine counts for
/// nothing, and children of the trainer inherit what was there.
constexpr const char* launcher = R"sh(#!/bin/sh
self=$(readlink -f -- "$0")
lib=${self%/*}/../lib/widthwise-trainer
exec LOADER --argv0 "$self" --library-path "$lib" "$lib/widthwise-trainer" "$@"
)sh";

bool isLoader(const std::string& name)
{
    return name.starts_with("ld-linux") || name.starts_with("ld64.so") || name.starts_with("ld.so");
}

/// Belongs to the kernel's driver of the machine that it runs on.
bool isOfDriver(const std::string& name)
{
    return name.starts_with("libcuda.so") || name.starts_with("libnvidia-");
}

bool isOfSystem(const fs::path& folder)
{
    const std::array<std::string, 4> folders{"/lib", "/lib64", "/usr/lib", "/usr/lib64"};
    const std::string text = folder.string();
    return std::ranges::any_of(
        folders, [&](const std::string& system) { return text == system || text.starts_with(system + '/'); });
}

void addWholeFolders(std::vector<SharedLibrary>& libraries)
{
    std::set<fs::path> folders;
    std::set<std::string> names;
    for (const SharedLibrary& library : libraries) {
        names.insert(library.name);
        if (const fs::path folder = fs::path(library.path).parent_path(); !isOfSystem(folder))
            folders.insert(folder);
    }
    for (const fs::path& folder : folders)
        for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
            const std::string name = entry.path().filename();
            if (name.find(".so") != std::string::npos && entry.is_regular_file() && names.insert(name).second)
                libraries.push_back({name, entry.path()});
        }
}

std::string firstLine(Host& local, const std::string& command)
{
    const CommandResult result = local.run(command, std::chrono::seconds(10));
    return result.output.substr(0, result.output.find('\n'));
}

void link(const std::string& target, const fs::path& place)
{
    fs::create_directories(place.parent_path());
    fs::create_symlink(target, place);
}

} // namespace

std::vector<SharedLibrary> readLdd(std::string_view output)
{
    std::vector<SharedLibrary> libraries;
    std::istringstream lines{std::string(output)};
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string name;
        std::string arrow;
        std::string path;
        words >> name >> arrow >> path;
        if (arrow == "=>")
            libraries.push_back({name, path.starts_with('/') ? path : std::string()});
        else if (name.starts_with('/'))
            libraries.push_back({fs::path(name).filename(), name});
    }
    return libraries;
}

bool isOfGlibc(const SharedLibrary& library)
{
    const std::array<std::string, 12> names{"libc",   "libm",    "libpthread",   "libdl",
                                            "librt",  "libutil", "libresolv",    "libanl",
                                            "libnsl", "libmvec", "libthread_db", "libBrokenLocale"};
    const std::string stem = library.name.substr(0, library.name.find(".so"));
    return isLoader(library.name) || std::ranges::find(names, stem) != names.end() ||
           stem.starts_with("libnss_");
}

TrainerBundle describeBundle(Host& local, const std::string& trainer)
{
    constexpr std::chrono::seconds deadline{60};
    const CommandResult ldd = local.run("ldd " + shellQuoted(trainer), deadline);
    if (ldd.exitCode != 0)
        throw HostError("ldd cannot tell what " + trainer + " needs: " + ldd.errors + ldd.output);
    TrainerBundle bundle{.trainer = trainer};
    for (const SharedLibrary& library : readLdd(ldd.output)) {
        if (library.path.empty())
            throw HostError(trainer + " does not run here either: " + library.name + " is not found");
        if (!isOfDriver(library.name))
            (isOfGlibc(library) ? bundle.glibc : bundle.libraries).push_back(library);
    }
    addWholeFolders(bundle.libraries);
    const std::string version = firstLine(local, "getconf GNU_LIBC_VERSION");
    bundle.glibcVersion = version.substr(version.find(' ') + 1);
    bundle.machine = firstLine(local, "uname -m");
    bundle.bytes = fs::file_size(trainer);
    for (const SharedLibrary& library : bundle.libraries)
        bundle.bytes += fs::file_size(library.path);
    return bundle;
}

void layOutBundle(const TrainerBundle& bundle, const std::string& folder, bool withLoader)
{
    const fs::path libraries = fs::path(folder) / libraryFolder;
    link(bundle.trainer, libraries / "widthwise-trainer");
    for (const SharedLibrary& library : bundle.libraries)
        link(library.path, libraries / library.name);
    std::string script = launcher;
    for (const SharedLibrary& library : bundle.glibc) {
        if (withLoader)
            link(library.path, libraries / library.name);
        if (isLoader(library.name))
            script.replace(script.find("LOADER"), 6, withLoader ? "\"$lib\"/" + library.name : library.path);
    }
    const fs::path program = fs::path(folder) / programFolder / "widthwise-trainer";
    fs::create_directories(program.parent_path());
    std::ofstream(program) << script;
    fs::permissions(program, fs::perms::owner_all | fs::perms::group_exec | fs::perms::group_read |
                                 fs::perms::others_exec | fs::perms::others_read);
}

} // namespace widthwise
