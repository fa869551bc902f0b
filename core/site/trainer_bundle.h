// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/host.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise {

/// A shared library that a program needs.
struct SharedLibrary {
    std::string name; ///< that it is looked for by
    std::string path; ///< empty: not found
    bool operator==(const SharedLibrary&) const = default;
};

/// What `ldd` lists, without what the kernel brings. The loader is among it, by its path.
std::vector<SharedLibrary> readLdd(std::string_view output);

/// Of the C library's own: they and the loader belong together, and come from the machine where that is as
/// new.
bool isOfGlibc(const SharedLibrary& library);

/// This machine's trainer with the libraries it needs, for a machine that has none of them.
struct TrainerBundle {
    std::string trainer = {};
    std::vector<SharedLibrary> libraries = {}; ///< without the C library's own and the GPU driver's
    std::vector<SharedLibrary> glibc = {};     ///< those and the loader
    std::string glibcVersion = {};             ///< "2.36"
    std::string machine = {};                  ///< as `uname -m` says
    std::uint64_t bytes = 0;                   ///< of trainer and libraries
};

/// `local` is this machine. Libraries from a folder outside the system's, as an unpacked LibTorch has, bring
/// the whole folder along: some of it is loaded by name while it runs. Throws HostError where the trainer
/// lacks a library here already.
TrainerBundle describeBundle(Host& local, const std::string& trainer);

/// Makes in `folder`, on this machine, `bin/widthwise-trainer`, a script that starts the trainer with its own
/// libraries whatever the environment says, and links to those. With `withLoader` the C library and its
/// loader are among them; else they are the other machine's.
void layOutBundle(const TrainerBundle& bundle, const std::string& folder, bool withLoader);

} // namespace widthwise
