// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/compute/blas.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>
#include <string_view>

namespace widthwise::trainer::blas {

namespace {

/// A function of OpenBLAS, or null where another BLAS is loaded.
template <typename Function>
Function* find(const char* symbol)
{
    return reinterpret_cast<Function*>(dlsym(RTLD_DEFAULT, symbol));
}

/// The best kernels for the processor; null where they would be no better than OpenBLAS' fallback.
const char* bestCore()
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq")) {
        return "SkylakeX";
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        return "Haswell";
    }
#endif
    return nullptr;
}

} // namespace

std::string library()
{
    Dl_info info{};
    void* symbol = dlsym(RTLD_DEFAULT, "sgemm_");
    if (symbol == nullptr || dladdr(symbol, &info) == 0 || info.dli_fname == nullptr) {
        return {};
    }
    std::error_code error;
    const auto path = std::filesystem::canonical(info.dli_fname, error);
    return error ? info.dli_fname : path.string();
}

std::string core()
{
    const auto corename = find<char*()>("openblas_get_corename");
    return corename == nullptr ? std::string() : corename();
}

void chooseKernels()
{
    constexpr std::array<std::string_view, 5> fallbacks{"Prescott", "Core2", "Penryn", "Nehalem", "Generic"};
    const auto quit = find<void()>("gotoblas_dynamic_quit");
    const auto start = find<void()>("gotoblas_dynamic_init");
    const char* best = bestCore();
    if (best == nullptr || quit == nullptr || start == nullptr ||
        std::getenv("OPENBLAS_CORETYPE") != nullptr ||
        std::ranges::find(fallbacks, core()) == fallbacks.end()) {
        return;
    }
    setenv("OPENBLAS_CORETYPE", best, 0);
    quit();
    start();
}

void setThreads(std::int64_t threads)
{
    if (const auto set = find<void(int)>("openblas_set_num_threads"); set != nullptr) {
        set(static_cast<int>(threads));
    }
}

} // namespace widthwise::trainer::blas
