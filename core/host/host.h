// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise {

/// The host or a file on it is out of reach. `what()` is one sentence for a person.
class HostError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

struct CommandResult {
    int exitCode = 0; ///< 128 + n where signal n ended it
    bool timedOut = false;
    std::string output;
    std::string errors;
};

struct FileRequest {
    std::string path;
    std::int64_t offset = 0;      ///< a negative one counts from the file's end
    std::int64_t limit = 1 << 20; ///< bytes at most
    std::string unless = {}; ///< the stamp of a slice: while the file still has it, its bytes are not wanted
    /// Asks not for a file's bytes but for the files that `path` fits, with `*` and `?` for any characters
    /// but `/`: a line for each, `SECONDS.FRACTION PATH`, with when it was last changed.
    bool listing = false;
};

struct FileContents {
    std::string path;
    std::string contents;
};

/// What a file holds from an offset on. `size` is the whole file's; empty optional: no such file, or
/// something else in its place, such as a folder or a pipe.
struct FileSlice {
    std::string bytes;
    std::int64_t size = 0;
    std::string inode = {}; ///< another one: the file was put in place of the one before
    std::string stamp = {}; ///< another one: the file was changed
    bool same = false;      ///< its stamp is the request's `unless`
};

/// How the way to a host on another machine is, for a person.
struct LinkStatus {
    enum class State {
        Idle, ///< nothing was asked of it yet
        Connecting,
        Connected,
        Lost,        ///< is tried again with the next command after `nextTry`
        NeedsPerson, ///< a password, a code or a host's key
    };
    State state = State::Idle;
    std::string reason; ///< of Lost and NeedsPerson
    std::chrono::steady_clock::time_point
        since{}; ///< when it came up or was lost; trying again does not count
    std::chrono::steady_clock::time_point nextTry{};
    std::optional<std::chrono::steady_clock::time_point> lastContact; ///< its last sign of life
};

struct Gpu {
    std::string id; ///< what CUDA_VISIBLE_DEVICES calls it
    std::string name;
};

struct Inventory {
    int cpus = 1;
    std::int64_t memoryMiB = 0;
    std::vector<Gpu> gpus;
};

/// Where commands run and files lie. Used from one thread at a time. Every call ends: commands at their
/// deadline.
class Host {
public:
    virtual ~Host() = default;

    virtual std::string name() const = 0;
    /// From any thread. Null: the host is this machine.
    virtual std::optional<LinkStatus> link() const { return std::nullopt; }
    /// Runs `command` with `sh -c`. A command past its deadline is ended with its process group.
    virtual CommandResult run(const std::string& command, std::chrono::milliseconds deadline,
                              std::string_view input = {}) = 0;
    /// The same, and hands over its output as it comes, where the host can do that; else at its end.
    virtual CommandResult stream(const std::string& command, std::chrono::milliseconds deadline,
                                 const std::function<void(std::string_view)>& output)
    {
        CommandResult result = run(command, deadline);
        output(result.output);
        return result;
    }
    /// Starts scripts for `sh`, each in a session of its own that outlives this process. How one ends is not
    /// told.
    virtual void start(std::span<const std::string> scripts, std::chrono::milliseconds deadline);
    /// Writes a temporary file and renames it; creates the directories above it.
    virtual void writeFile(const std::string& path, std::string_view contents) = 0;
    /// The same for many files, in their order, in few round trips; what is new may be written in place.
    virtual void writeFiles(std::span<const FileContents> files)
    {
        for (const FileContents& file : files)
            writeFile(file.path, file.contents);
    }
    /// Slices of many files in one round trip, in the order of the requests.
    virtual std::vector<std::optional<FileSlice>> readFiles(std::span<const FileRequest> requests) = 0;
    /// Copies a file of this machine to the host, whole and checked or not at all; creates the directories
    /// above it. The SHA-256 of what is there afterwards. Takes little memory, however large the file is.
    virtual std::string upload(const std::string& localPath, const std::string& path) = 0;
    /// Copies a file of the host to this machine, whole or not at all.
    virtual void download(const std::string& path, const std::string& localPath) = 0;
    /// Returns when a file was renamed into one of the directories since the last call, at the latest after
    /// `timeout`; may return sooner without a cause. False: it is sure that none was.
    virtual bool awaitRename(std::span<const std::string> directories, std::chrono::milliseconds timeout) = 0;
    virtual Inventory inventory() = 0;
};

} // namespace widthwise
