// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/engine/metrics_log.h"

#include "core/trainer/error.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fcntl.h>
#include <string_view>
#include <unistd.h>

namespace widthwise::trainer {

namespace {

std::string numberText(double value)
{
    if (std::isnan(value)) {
        return "NaN";
    }
    if (std::isinf(value)) {
        return value > 0 ? "Infinity" : "-Infinity";
    }
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    return {text.data(), end};
}

/// The step of a line that metricsLine wrote, or −1.
std::int64_t stepOf(std::string_view line)
{
    constexpr std::string_view start = "{\"step\":";
    std::int64_t step = -1;
    if (line.starts_with(start)) {
        line.remove_prefix(start.size());
        std::from_chars(line.data(), line.data() + line.size(), step);
    }
    return step;
}

/// The end of the file, long enough for a few lines.
std::string tailOf(int file)
{
    constexpr off_t most = 1 << 20;
    const off_t size = lseek(file, 0, SEEK_END);
    const off_t from = std::max<off_t>(0, size - most);
    std::string tail(static_cast<std::size_t>(size - from), '\0');
    const ssize_t got = pread(file, tail.data(), tail.size(), from);
    tail.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return tail;
}

} // namespace

std::string metricsLine(std::int64_t step, double epoch, double time, const Metrics& metrics)
{
    std::string line = "{\"step\":" + std::to_string(step) + ",\"epoch\":" + numberText(epoch) +
                       ",\"time\":" + numberText(time) + ",\"metrics\":{";
    for (const auto& [name, value] : metrics) {
        line += (line.back() == '{' ? "\"" : ",\"") + name + "\":" + numberText(value);
    }
    return line + "}}\n";
}

MetricsLog::MetricsLog(const std::string& path) : m_path(path)
{
    m_file = open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    if (m_file < 0) {
        throw InputError(path + ": cannot be written: " + std::strerror(errno));
    }
    std::string tail = tailOf(m_file);
    if (!tail.empty() && tail.back() != '\n') {
        append("\n"); // ends a line that an earlier attempt could not finish
        tail.erase(tail.rfind('\n') + 1);
    }
    while (!tail.empty() && m_lastStep < 0) {
        tail.pop_back();
        const std::size_t start = tail.rfind('\n') + 1;
        m_lastStep = stepOf(std::string_view(tail).substr(start));
        tail.erase(start);
    }
}

MetricsLog::~MetricsLog()
{
    close(m_file);
}

void MetricsLog::write(std::int64_t step, double epoch, double time, const Metrics& metrics)
{
    write(step, metricsLine(step, epoch, time, metrics));
}

void MetricsLog::write(std::int64_t step, const std::string& line)
{
    if (step > m_lastStep) {
        append(line);
        m_lastStep = step;
    }
}

void MetricsLog::append(const std::string& text)
{
    const ssize_t written = ::write(m_file, text.data(), text.size());
    if (written != std::ssize(text)) {
        throw std::runtime_error(
            m_path + ": cannot be written: " + (written < 0 ? std::strerror(errno) : "the disk is full"));
    }
}

} // namespace widthwise::trainer
