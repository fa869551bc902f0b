// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/engine/checkpoint.h"

#include "core/trainer/error.h"

#include <nlohmann/json.hpp>

#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace widthwise::trainer {

namespace {

constexpr const char* format = "widthwise-checkpoint-1";

std::uint64_t checksum(const std::vector<std::byte>& bytes, std::uint64_t hash)
{
    for (const std::byte byte : bytes) {
        hash = (hash ^ std::to_integer<std::uint64_t>(byte)) * 0x100000001b3; // FNV-1a
    }
    return hash;
}

std::uint64_t checksum(const Checkpoint& checkpoint)
{
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const auto* part : {&checkpoint.values, &checkpoint.first, &checkpoint.second}) {
        hash = checksum(*part, hash);
    }
    return hash;
}

[[noreturn]] void failWriting(const std::string& path)
{
    throw std::runtime_error(path + ": the checkpoint cannot be written: " + std::strerror(errno));
}

void writeAll(int file, const void* data, std::size_t size, const std::string& path)
{
    const auto* from = static_cast<const char*>(data);
    while (size > 0) {
        const ssize_t written = ::write(file, from, size);
        if (written < 0) {
            failWriting(path);
        }
        from += written;
        size -= static_cast<std::size_t>(written);
    }
}

/// Makes a rename in `path`'s folder last.
void syncFolderOf(const std::string& path)
{
    const std::string folder = std::filesystem::absolute(path).parent_path();
    if (const int file = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); file >= 0) {
        fsync(file);
        close(file);
    }
}

/// Values as their bits: JSON has no infinity.
nlohmann::json toJson(const Metrics& metrics)
{
    nlohmann::json list = nlohmann::json::array();
    for (const auto& [name, value] : metrics) {
        list.push_back({name, std::bit_cast<std::uint64_t>(value)});
    }
    return list;
}

nlohmann::json toJson(const std::vector<StoredTensor>& layout)
{
    nlohmann::json list = nlohmann::json::array();
    for (const StoredTensor& tensor : layout) {
        list.push_back({tensor.name, tensor.shape});
    }
    return list;
}

std::vector<StoredTensor> layoutFrom(const nlohmann::json& list)
{
    std::vector<StoredTensor> layout;
    for (const nlohmann::json& entry : list) {
        layout.push_back({entry.at(0), entry.at(1)});
    }
    return layout;
}

Metrics metricsFrom(const nlohmann::json& list)
{
    Metrics metrics;
    for (const nlohmann::json& entry : list) {
        metrics.emplace_back(entry.at(0), std::bit_cast<double>(entry.at(1).get<std::uint64_t>()));
    }
    return metrics;
}

void readPart(std::ifstream& file, std::vector<std::byte>& part, const nlohmann::json& size)
{
    part.resize(size.get<std::size_t>());
    file.read(reinterpret_cast<char*>(part.data()), std::ssize(part));
}

} // namespace

void saveCheckpoint(const std::string& path, const Checkpoint& checkpoint)
{
    nlohmann::json header{
        {"format", format},
        {"step", checkpoint.step},
        {"time", checkpoint.time},
        {"unreported", toJson(checkpoint.unreported)},
        {"settings", checkpoint.settings},
        {"environment", checkpoint.environment},
        {"sizes", {checkpoint.values.size(), checkpoint.first.size(), checkpoint.second.size()}},
        {"checksum", checksum(checkpoint)}};
    if (!checkpoint.family.empty()) {
        header["family"] = checkpoint.family;
        header["layout"] = toJson(checkpoint.layout);
    }
    const std::string line = header.dump() + "\n";
    const std::string partial = path + ".partial";
    const int file = open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0) {
        failWriting(path);
    }
    try {
        writeAll(file, line.data(), line.size(), path);
        for (const auto* part : {&checkpoint.values, &checkpoint.first, &checkpoint.second}) {
            writeAll(file, part->data(), part->size(), path);
        }
        if (fsync(file) != 0 || std::rename(partial.c_str(), path.c_str()) != 0) {
            failWriting(path);
        }
    } catch (...) {
        close(file);
        unlink(partial.c_str());
        throw;
    }
    close(file);
    syncFolderOf(path);
}

Checkpoint loadCheckpoint(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw InputError(path + ": " + std::strerror(errno));
    }
    std::string line;
    std::getline(file, line);
    const nlohmann::json header = nlohmann::json::parse(line, nullptr, false);
    if (!header.is_object() || header.value("format", "") != format) {
        throw InputError(path + ": not a checkpoint of this trainer");
    }
    Checkpoint checkpoint;
    try {
        header.at("step").get_to(checkpoint.step);
        header.at("time").get_to(checkpoint.time);
        checkpoint.unreported = metricsFrom(header.value("unreported", nlohmann::json::array()));
        header.at("settings").get_to(checkpoint.settings);
        header.at("environment").get_to(checkpoint.environment);
        checkpoint.family = header.value("family", "");
        checkpoint.layout = layoutFrom(header.value("layout", nlohmann::json::array()));
        readPart(file, checkpoint.values, header.at("sizes").at(0));
        readPart(file, checkpoint.first, header.at("sizes").at(1));
        readPart(file, checkpoint.second, header.at("sizes").at(2));
        if (!file || header.at("checksum") != checksum(checkpoint)) {
            throw InputError(path + ": the checkpoint is truncated or damaged");
        }
    } catch (const nlohmann::json::exception&) {
        throw InputError(path + ": the checkpoint's first line is damaged");
    }
    return checkpoint;
}

} // namespace widthwise::trainer
