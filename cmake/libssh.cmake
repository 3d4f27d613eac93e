# libssh, linked statically, with the seam that keeps keys out of the network process (gateway/ssh/seam.h):
# the linker sends these of its internal calls to ours. A new libssh means a new build of oneoff.
find_package(libssh REQUIRED)
# Before this version of the package, AES-GCM's tags are not checked (CVE-2026-59847); libssh's own number
# does not tell.
execute_process(COMMAND dpkg-query -W -f=\${Version} libssh-dev OUTPUT_VARIABLE LIBSSH_PACKAGE)
execute_process(COMMAND dpkg --compare-versions "${LIBSSH_PACKAGE}" ge 0.10.6-0+deb12u3
                RESULT_VARIABLE LIBSSH_TOO_OLD)
if(LIBSSH_TOO_OLD)
  message(FATAL_ERROR "libssh-dev ${LIBSSH_PACKAGE} is too old: 0.10.6-0+deb12u3 is the first that checks "
                      "AES-GCM's tags; apt-get install libssh-dev")
endif()
find_library(LIBSSH_ARCHIVE NAMES libssh.a REQUIRED)

# An imported target, not a bare path: only so are the libraries that it needs linked behind it.
add_library(oneoff_libssh_archive STATIC IMPORTED)
set_target_properties(oneoff_libssh_archive PROPERTIES IMPORTED_LOCATION ${LIBSSH_ARCHIVE})
target_link_libraries(oneoff_libssh_archive INTERFACE OpenSSL::Crypto ZLIB::ZLIB)

add_library(oneoff_libssh INTERFACE)
target_link_libraries(oneoff_libssh INTERFACE oneoff_libssh_archive)
target_link_options(oneoff_libssh INTERFACE
  -Wl,--wrap=pki_sign_data
  -Wl,--wrap=ssh_pki_export_privkey_to_pubkey
  -Wl,--wrap=ssh_pki_import_signature_blob
  -Wl,--wrap=ssh_pki_signature_verify
  -Wl,--wrap=ssh_message_handle_channel_request
  -Wl,--wrap=ssh_buffer_get_u8)
