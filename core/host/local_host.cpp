// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/host/local_host.h"
#include "core/host/checksum.h"
#include "core/host/child_process.h"
#include "core/host/inventory.h"
#include "core/host/partial_path.h"
#include "core/host/started_script.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <glob.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <system_error>

namespace widthwise {

namespace {

[[noreturn]] void throwFileError(const std::string& what, const std::string& path, int error)
{
    throw HostError("cannot " + what + " " + path + ": " + std::strerror(error));
}

void writeAll(const FileDescriptor& file, std::string_view contents, const std::string& path)
{
    while (!contents.empty()) {
        const ssize_t count = write(file.number(), contents.data(), contents.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            throwFileError("write", path, errno);
        contents.remove_prefix(static_cast<std::size_t>(count));
    }
}

/// `path` with nothing special in it but `*` and `?`.
std::string globPattern(const std::string& path)
{
    std::string pattern;
    for (const char character : path) {
        if (character == '[' || character == ']' || character == '\\')
            pattern += '\\';
        pattern += character;
    }
    return pattern;
}

FileSlice listFiles(const std::string& path)
{
    glob_t found{};
    FileSlice listing;
    if (glob(globPattern(path).c_str(), GLOB_NOSORT, nullptr, &found) == 0)
        for (const char* const name : std::span(found.gl_pathv, found.gl_pathc)) {
            struct stat about {};
            if (stat(name, &about) != 0 || !S_ISREG(about.st_mode))
                continue;
            std::string fraction = std::to_string(about.st_mtim.tv_nsec);
            fraction.insert(0, 9 - fraction.size(), '0');
            listing.bytes += std::to_string(about.st_mtim.tv_sec) + '.' + fraction + ' ' + name + '\n';
        }
    globfree(&found);
    return listing;
}

/// Files of /proc say that they are empty, so it is the end of the file that ends the reading, not its size.
/// What is no file is never waited for: a pipe that a trial has made has no end, and perhaps no other end.
std::optional<FileSlice> readSlice(const FileRequest& request)
{
    const FileDescriptor file(open(request.path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat about {};
    if (!file || fstat(file.number(), &about) != 0 || !S_ISREG(about.st_mode))
        return std::nullopt;
    FileSlice slice;
    slice.size = about.st_size;
    slice.inode = std::to_string(about.st_ino);
    slice.stamp = slice.inode + ':' + std::to_string(about.st_size) + ':' +
                  std::to_string(about.st_mtim.tv_sec) + '.' + std::to_string(about.st_mtim.tv_nsec);
    slice.same = slice.stamp == request.unless;
    if (slice.same)
        return slice;
    const std::int64_t offset =
        request.offset < 0 ? std::max<std::int64_t>(0, slice.size + request.offset) : request.offset;
    std::array<char, 65536> buffer;
    while (static_cast<std::int64_t>(slice.bytes.size()) < request.limit) {
        const auto have = static_cast<std::int64_t>(slice.bytes.size());
        const auto want = std::min<std::int64_t>(request.limit - have, buffer.size());
        const ssize_t count =
            pread(file.number(), buffer.data(), static_cast<std::size_t>(want), offset + have);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        slice.bytes.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return slice;
}

} // namespace

std::string LocalHost::name() const
{
    std::array<char, HOST_NAME_MAX + 1> name{};
    gethostname(name.data(), HOST_NAME_MAX);
    return name.data();
}

CommandResult LocalHost::run(const std::string& command, std::chrono::milliseconds deadline,
                             std::string_view input)
{
    return runShell(command, deadline, input);
}

void LocalHost::start(std::span<const std::string> scripts, std::chrono::milliseconds)
{
    for (const std::string& script : scripts)
        m_started.push_back(startScript(script));
}

void LocalHost::writeFile(const std::string& path, std::string_view contents)
{
    const std::filesystem::path directory = std::filesystem::path(path).parent_path();
    std::error_code problem;
    if (!directory.empty() && !std::filesystem::create_directories(directory, problem) && problem)
        throw HostError("cannot create the folder " + directory.string() + ": " + problem.message());

    const std::string temporary = partialPath(path);
    try {
        const FileDescriptor file(open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
        if (!file)
            throwFileError("write", path, errno);
        writeAll(file, contents, path);
    } catch (const HostError&) {
        unlink(temporary.c_str());
        throw;
    }
    if (std::rename(temporary.c_str(), path.c_str()) != 0) {
        const int error = errno;
        unlink(temporary.c_str());
        throwFileError("write", path, error);
    }
}

std::vector<std::optional<FileSlice>> LocalHost::readFiles(std::span<const FileRequest> requests)
{
    std::vector<std::optional<FileSlice>> slices;
    slices.reserve(requests.size());
    for (const FileRequest& request : requests)
        slices.push_back(request.listing ? listFiles(request.path) : readSlice(request));
    return slices;
}

std::string LocalHost::upload(const std::string& localPath, const std::string& path)
{
    namespace fs = std::filesystem;
    const std::string sum = sha256Of(*this, localPath);
    const std::string part = partialPath(path);
    std::error_code problem;
    fs::create_directories(fs::path(path).parent_path(), problem);
    fs::copy_file(localPath, part, fs::copy_options::overwrite_existing, problem);
    if (!problem && sha256Of(*this, part) != sum)
        problem = std::make_error_code(std::errc::text_file_busy); // somebody writes it
    if (!problem)
        fs::rename(part, path, problem);
    if (problem) {
        std::error_code ignored;
        fs::remove(part, ignored);
        throw HostError("cannot copy " + localPath + " to " + path + ": " + problem.message());
    }
    return sum;
}

void LocalHost::download(const std::string& path, const std::string& localPath)
{
    upload(path, localPath);
}

bool LocalHost::awaitRename(std::span<const std::string> directories, std::chrono::milliseconds timeout)
{
    std::erase_if(m_started, [](pid_t script) { return waitpid(script, nullptr, WNOHANG) != 0; });
    return m_watch.await(directories, timeout);
}

Inventory LocalHost::inventory()
{
    return inventoryOf(*this);
}

} // namespace widthwise
