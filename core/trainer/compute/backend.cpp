// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/compute/backend.h"

#include "core/trainer/compute/torch_compat.h"
#include "core/trainer/error.h"

#include <array>
#include <dlfcn.h>

namespace widthwise::trainer {

namespace {

/// From NVIDIA's driver, which whoever has a device has; LibTorch tells no names without CUDA's own headers.
std::string driversName(int device)
{
    const std::string number = "CUDA device " + std::to_string(device);
    void* driver = dlopen("libcuda.so.1", RTLD_NOW);
    if (driver == nullptr) {
        return number;
    }
    const auto start = reinterpret_cast<int (*)(unsigned)>(dlsym(driver, "cuInit"));
    const auto nameOfDevice = reinterpret_cast<int (*)(char*, int, int)>(dlsym(driver, "cuDeviceGetName"));
    std::array<char, 256> name{};
    const bool known = start != nullptr && nameOfDevice != nullptr && start(0) == 0 &&
                       nameOfDevice(name.data(), static_cast<int>(name.size()) - 1, device) == 0;
    return known ? name.data() : number;
}

} // namespace

std::vector<std::string> cudaDevices()
{
    std::vector<std::string> names;
    for (std::size_t device = 0; device < at::getNumGPUs(); ++device) {
        names.push_back(driversName(static_cast<int>(device)));
    }
    return names;
}

Backend backendOf(const Settings& settings, int worker)
{
    const auto devices = settings.device == Device::Cpu ? 0 : static_cast<std::int64_t>(at::getNumGPUs());
    if (settings.device == Device::Cuda && devices == 0) {
        throw InputError(at::hasCUDA()
                             ? "device is cuda and no CUDA device is visible: look at nvidia-smi and "
                               "CUDA_VISIBLE_DEVICES, or set device to cpu"
                             : "device is cuda and this trainer's LibTorch is built without CUDA: set "
                               "device to cpu, or build against a LibTorch with CUDA");
    }
    return devices == 0 ? Backend{} : Backend{.cudaDevice = worker % devices, .ownKernels = false};
}

std::string nameOf(const Backend& backend)
{
    return backend.cudaDevice < 0 ? "cpu" : driversName(static_cast<int>(backend.cudaDevice));
}

} // namespace widthwise::trainer
