// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/engine/environment.h"

#include "core/trainer/compute/blas.h"
#include "core/trainer/compute/prepare_compute.h"
#include "core/trainer/compute/torch_compat.h"
#include "core/trainer/data/hdf5_handle.h"

#include <torch/version.h>

#include <chrono>
#include <fstream>

namespace widthwise::trainer {

namespace {

std::string cpuModel()
{
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("model name")) {
            return line.substr(line.find(':') + 2);
        }
    }
    return {};
}

std::string cpuCapability()
{
    const std::string text = at::show_config();
    constexpr std::string_view key = "CPU capability usage: ";
    const auto at = text.find(key);
    return at == std::string::npos ? std::string()
                                   : text.substr(at + key.size(), text.find('\n', at) - at - key.size());
}

/// Repeats a matrix product of 512 × 512 until 10 ms are over; the fastest counts.
double measureGflops(at::ScalarType type)
{
    using Clock = std::chrono::steady_clock;
    constexpr std::int64_t size = 512;
    const at::Tensor a = at::ones({size, size}, type);
    at::Tensor c = at::mm(a, a);
    double best = 1e9;
    const auto start = Clock::now();
    while (Clock::now() - start < std::chrono::milliseconds(10)) {
        const auto before = Clock::now();
        at::mm_out(c, a, a);
        best = std::min(best, std::chrono::duration<double>(Clock::now() - before).count());
    }
    return 2.0 * size * size * size / best / 1e9;
}

} // namespace

std::map<std::string, std::string> environment(std::int64_t threads, const Backend& backend)
{
    return {{"LibTorch", TORCH_VERSION},         {"BLAS library", blas::library()},
            {"BLAS kernels", blas::core()},      {"CPU", cpuModel()},
            {"CPU capability", cpuCapability()}, {"device", nameOf(backend)},
            {"threads", std::to_string(threads)}};
}

std::string bf16Instructions()
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("amx-bf16")) {
        return "amx-bf16";
    }
    if (__builtin_cpu_supports("avx512bf16")) {
        return "avx512bf16";
    }
#endif
    return {};
}

Information inspect()
{
    Information result;
    result.threads = at::get_num_threads();
    prepareCompute(1);
    unsigned major = 0;
    unsigned minor = 0;
    unsigned release = 0;
    H5get_libversion(&major, &minor, &release);
    result.torchVersion = TORCH_VERSION;
    result.hdf5Version = std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(release);
    result.blasLibrary = blas::library();
    result.blasKernels = blas::core();
    result.cpu = cpuModel();
    result.cpuCapability = cpuCapability();
    result.gflops = measureGflops(at::kFloat);
    result.bf16Instructions = bf16Instructions();
    result.bf16Gflops = measureGflops(at::kBFloat16);
    result.cudaDevices = trainer::cudaDevices();
    return result;
}

} // namespace widthwise::trainer
